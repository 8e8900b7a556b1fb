#include "model/wording/people_text.h"

#include <utility>

#include "model/wording/neutral_words.h"
#include "model/wording/sentence.h"
#include "model/wording/tidy_words.h"

namespace storyteller {
namespace {

std::string hedged(const std::string& text, Grade grade, Hedge hedge) {
  if (hedge == Hedge::kNone || grade == Grade::kSure) return as_sentence(text);
  const bool likely = grade == Grade::kLikely;
  if (hedge == Hedge::kShort) return as_sentence(text, likely ? "?" : "??");
  return (likely ? "Could be: " : "Not sure: perhaps ") + text + ".";
}

}  // namespace

bool is_neutral(GenderWords gender, Grade grade) {
  return gender == GenderWords::kNeutral ||
         (gender == GenderWords::kSureOnly && grade != Grade::kSure);
}

std::string people_text(std::vector<std::string> words, const Assessment& assessment,
                        const PeopleWording& wording) {
  constexpr const char* kNoPhotograph = "This does not look like a photograph.";
  const bool photograph = assessment.is_photograph();
  if (!photograph && !wording.anyway) return kNoPhotograph;
  words = without_judgements(std::move(words));
  if (is_neutral(wording.gender, assessment.grade)) words = without_gender(std::move(words));
  const std::string text = written(tidy_words(std::move(words)));
  const std::string sentence =
      text.empty() ? "No description." : hedged(text, assessment.grade, wording.hedge);
  return photograph ? sentence : kNoPhotograph + (" " + sentence);
}

}  // namespace storyteller
