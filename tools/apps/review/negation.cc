#include <algorithm>
#include <array>

#include "tools/apps/review/word_rule.h"

namespace storyteller::review {
namespace {

using spice::Tag;

template <size_t kSize>
bool is_one(std::string_view word, const std::array<std::string_view, kSize>& of) {
  return std::find(of.begin(), of.end(), word) != of.end();
}

constexpr std::array<std::string_view, 12> kClauseEnds = {
    ",", ";", ":", ".", "!", "?", "(", ")", "but", "and", "while", "although"};
/// Negates one thing, or a list of them with "or".
constexpr std::array<std::string_view, 4> kOfThings = {"no", "without", "neither", "nor"};
/// Negates what is done, and to what.
constexpr std::array<std::string_view, 4> kOfDeeds = {"not", "never", "n't", "nobody"};
constexpr std::array<std::string_view, 4> kLackOf = {"lack", "absence", "instead", "none"};
constexpr std::array<std::string_view, 3> kLacking = {"lacks", "lacking", "lacked"};
/// Behind "not" they make it none: "not only a dog".
constexpr std::array<std::string_view, 5> kNotAtAll = {"only", "just", "merely", "simply",
                                                       "without"};

/// A cue that ends at token `at`; "" where none does.
std::string cue_at(const Sentence& sentence, size_t at) {
  const auto& tokens = sentence.tokens;
  const std::string& word = tokens[at].text;
  const std::string before = at > 0 ? tokens[at - 1].text : "";
  const std::string after = at + 1 < tokens.size() ? tokens[at + 1].text : "";
  if (word == "of" && is_one(before, kLackOf)) return before + " of";
  if ((word == "of" || word == "from") && before == "free") return "free " + word;
  if (word == "than" && before == "rather") return "rather than";
  if (is_one(word, kLacking)) return word;
  if (word == "no") return after == "doubt" || after == "matter" ? "" : word;
  if (word == "without") {
    const bool twice = before == "not" || before == "n't" || before == "never";
    return twice ? "" : word;
  }
  if (is_one(word, kOfThings)) return word;
  if (is_one(word, kOfDeeds)) return is_one(after, kNotAtAll) ? "" : word;
  return "";
}

/// "No man holds", "there is no man who holds": all that follows is denied.
bool denies_all(const Sentence& sentence, size_t cue) {
  const auto& tokens = sentence.tokens;
  const std::string& word = tokens[cue].text;
  if (word != "no" && word != "nobody" && word != "neither") return false;
  if (cue == 0 || is_one(tokens[cue - 1].text, kClauseEnds)) return true;
  const bool be = tokens[cue - 1].text == "is" || tokens[cue - 1].text == "are";
  return be && cue > 1 && tokens[cue - 2].text == "there";
}

/// Whether what a cue denies ends before `at`: its thing or its deed was named, and another begins.
bool ended(const Sentence& sentence, size_t cue, size_t at) {
  if (denies_all(sentence, cue)) return false;
  const auto& tokens = sentence.tokens;
  bool named = false, done = false;
  for (size_t i = cue + 1; i < at; ++i) {
    const Tag tag = tokens[i].tag;
    const std::string& word = tokens[i].text;
    const bool relation = tag == Tag::kIN || tag == Tag::kTO || tag == Tag::kWDT || tag == Tag::kWP;
    const bool joins = word == "of" || word == "or" || word == "nor";
    const bool finite = tag == Tag::kVBZ || tag == Tag::kVBD || tag == Tag::kVBP;
    // "not smiling points a gun", "without a shirt holds a gun", "no cars near a gun"
    if (done && finite) return true;
    if (named && (spice::is_verb(tag) || (relation && !joins))) return true;
    named = named || spice::is_noun(tag);
    done = done || spice::is_verb(tag);
  }
  return false;
}

}  // namespace

std::string negation(const Sentence& sentence, size_t at) {
  const auto& tokens = sentence.tokens;
  bool named = false;  // a thing stands in between
  for (size_t i = at; i > 0 && at - (i - 1) <= kNegationReach;) {
    --i;
    const std::string& word = tokens[i].text;
    const std::string cue = cue_at(sentence, i);
    if (!cue.empty()) return ended(sentence, i, at) ? "" : cue;
    if (is_one(word, kClauseEnds)) return "";
    if (word == "with") {
      // "not playing with a gun" is one deed; "no hat on a man with a gun" is not.
      for (size_t k = i; k > 0 && at - k <= kNegationReach; --k) {
        named = named || spice::is_noun(tokens[k - 1].tag);
        if (!cue_at(sentence, k - 1).empty()) break;
      }
      if (named) return "";
    }
  }
  return "";
}

}  // namespace storyteller::review
