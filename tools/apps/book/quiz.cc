// Questions about pictures whose caption is graded sure.
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/random_stream.h"
#include "model/confidence/subject.h"
#include "tools/apps/book/book.h"

namespace storyteller::book {
namespace {

constexpr std::uint64_t kQuizKey = 0x7175697a;  // names the draws
constexpr std::size_t kWrong = 3, kLookedAt = 12;

}  // namespace

bool is_denied(double agreement, double probability) {
  constexpr double kDenied = 0.05;
  return agreement < kDenied && probability < kDenied;
}

bool BookMaker::denied(const Draft& draft, const std::string& word) const {
  Captioner& captioner = *captioning_.models.members().front();
  const SubjectKinds kinds = kinds_named(std::vector<std::string>{word});
  const Confidence* confidence = captioning_.models.confidence();
  if (kinds == 0 || confidence == nullptr || (kinds & kinds_named(draft.said)) != 0) return false;
  // What sees without the decoder: pictures like this one.
  const double agreement = confidence->memory().nearest(draft.page.pooled).agreement(kinds);
  if (!is_denied(agreement, 0)) return false;  // the model need not be asked
  const std::size_t place = subject_of(draft.said).word;
  std::vector<std::int32_t> words(draft.ids.begin(),
                                  draft.ids.begin() + static_cast<std::ptrdiff_t>(place));
  words.push_back(captioning_.models.vocabulary().id(word));
  const float said =
      captioner.log_probabilities(draft.features, words, captioning_.search).front().back();
  return is_denied(agreement, std::exp(double{said}));
}

std::optional<QuizItem> BookMaker::ask_of(std::size_t at) const {
  const Draft& draft = drafts_[at];
  const Subject subject = subject_of(draft.said);
  const auto& things = draft.telling.things;
  if (draft.page.assessment.grade != Grade::kSure || subject.kinds == 0 || things.empty()) {
    return std::nullopt;
  }
  const auto thing = std::ranges::find_if(things, [&](const Thing& one) {
    return (kinds_named(std::vector<std::string>{one.noun}) & subject.kinds) != 0;
  });
  if (thing == things.end()) return std::nullopt;
  std::vector<std::string> wrong;
  SubjectKinds used = 0;
  const Vocabulary& vocabulary = captioning_.models.vocabulary();
  for (int id = Vocabulary::kSpecialTokens; id < vocabulary.size() && wrong.size() < kLookedAt;
       ++id) {
    const std::string& word = vocabulary.word(id);
    const SubjectKinds kinds = kinds_named(std::vector<std::string>{word});
    const bool base = language_.lemma(word, Pos::kNoun, word.ends_with('s')).text == word;
    if (kinds == 0 || (kinds & used) != 0 || !base || word.ends_with('s')) continue;
    if (!glossary_.same_class(word, thing->lemma) || !denied(draft, word)) continue;
    used |= kinds;
    wrong.push_back(word);
  }
  if (wrong.size() < kWrong) return std::nullopt;
  RandomStream random(kQuizKey, at);
  while (wrong.size() > kWrong) {
    wrong.erase(wrong.begin() + static_cast<std::ptrdiff_t>(
                                    random.below(static_cast<std::uint32_t>(wrong.size()))));
  }
  QuizItem item{.page = at, .question = "What is in picture " + std::to_string(at + 1) + "?"};
  for (const std::string& word : wrong) item.answers.push_back(with_article(word));
  item.right = static_cast<std::size_t>(random.below(kWrong + 1));
  item.answers.insert(item.answers.begin() + static_cast<std::ptrdiff_t>(item.right),
                      thing->plural ? thing->noun : with_article(thing->noun));
  return item;
}

std::vector<QuizItem> BookMaker::ask() const {
  std::vector<QuizItem> items;
  std::vector<std::string> asked;  // right answers: other ones first
  for (const bool again : {false, true}) {
    for (std::size_t at = 0; at < drafts_.size() && items.size() < options_.quiz; ++at) {
      const bool has =
          std::ranges::any_of(items, [&](const auto& item) { return item.page == at; });
      if (has) continue;
      auto item = ask_of(at);
      if (!item) continue;
      const std::string& answer = item->answers[item->right];
      if (!again && std::ranges::find(asked, answer) != asked.end()) continue;
      asked.push_back(answer);
      items.push_back(std::move(*item));
    }
  }
  std::ranges::sort(items, {}, &QuizItem::page);
  return items;
}

}  // namespace storyteller::book
