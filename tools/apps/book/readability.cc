#include "tools/apps/book/readability.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <string>
#include <utility>

#include "core/text/ascii.h"

namespace storyteller::book {
namespace {

bool is_vowel(char c) { return std::string_view("aeiouy").find(c) != std::string_view::npos; }

bool ends_in_any(std::string_view word, std::span<const std::string_view> ends) {
  return std::ranges::any_of(ends, [&](std::string_view end) { return word.ends_with(end); });
}

/// Whether the y of word[at] begins a syllable: "beyond", "playing".
bool is_consonant_y(std::string_view word, std::size_t at) {
  return word[at] == 'y' && at + 1 < word.size() && is_vowel(word[at + 1]) &&
         (at == 0 || is_vowel(word[at - 1]));
}

int vowel_groups(std::string_view word) {
  int groups = 0;
  bool inside = false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool vowel = is_vowel(word[i]) && !is_consonant_y(word, i);
    if (vowel && !inside) ++groups;
    inside = vowel;
  }
  return groups;
}

/// Pairs of vowels inside of a group that are said apart.
int said_apart(std::string_view word) {
  int count = 0;
  for (std::size_t i = 0; i + 1 < word.size(); ++i) {
    const std::string_view pair = word.substr(i, 2);
    const char before = i > 0 ? word[i - 1] : ' ';
    const std::string_view rest = word.substr(i + 1);
    if (rest == "ing" && is_vowel(word[i]) && !is_consonant_y(word, i)) {
      ++count;  // being, skiing, flying
      continue;
    }
    const bool soft = before == 't' || before == 's' || before == 'c' || before == 'g' ||
                      before == 'x' || before == 'h';
    if (pair == "io" && !soft) ++count;                               // radio, lion
    if (pair == "ia" && !soft && !rest.starts_with("ag")) ++count;    // giant, piano
    if (pair == "iu" || pair == "uo") ++count;                        // stadium
    if (pair == "eo" && before != 'p' && before != 'g') ++count;      // video, not people, pigeon
    if (pair == "ie" && rest.starts_with("et")) ++count;              // quiet
    if (pair == "ea" && word.substr(i).starts_with("eati")) ++count;  // creation
    if (pair == "oe" && word.substr(i).starts_with("oet")) ++count;   // poet
    if (pair == "ue" && word.substr(i).starts_with("uel")) ++count;   // cruel
  }
  return count;
}

/// An e at the end, alone or in -ed and -es, that is not said.
bool has_silent_e(std::string_view word) {
  const auto before = [&](std::size_t from_end) {
    return word.size() > from_end ? word[word.size() - 1 - from_end] : ' ';
  };
  if (word.ends_with("le") && word.size() > 2 && !is_vowel(before(2))) return false;  // table
  if (word.ends_with('e')) return word.size() > 2 && !is_vowel(before(1));
  if (word.ends_with("ed")) {
    if (word.ends_with("led") && !is_vowel(before(3)) && before(3) != 'l') return false;  // cradled
    return word.size() > 3 && before(2) != 't' && before(2) != 'd' && !is_vowel(before(2));
  }
  if (!word.ends_with("es") || word.size() <= 3) return false;
  constexpr std::array<std::string_view, 8> kSaid = {"ses",  "xes", "zes", "ches",
                                                     "shes", "ces", "ges", "ies"};
  if (word.ends_with("les") && !is_vowel(before(3)) && before(3) != 'l') return false;  // tables
  return !ends_in_any(word, kSaid) && !is_vowel(before(2));
}

/// A compound whose first half ends in an e that is not said: "sidewalk".
bool joins_silent_e(std::string_view word) {
  constexpr std::array<std::string_view, 13> kFirst = {"side", "fire",  "base", "skate", "some",
                                                       "home", "life",  "race", "horse", "space",
                                                       "lake", "house", "wake"};
  constexpr std::size_t kShortest = 3;  // of the second half: "horses" is none
  return std::ranges::any_of(kFirst, [&](std::string_view first) {
    return word.starts_with(first) && word.size() >= first.size() + kShortest &&
           !is_vowel(word[first.size()]);
  });
}

std::string letters_of(std::string_view word) {
  std::string letters;
  for (const char c : lower_case(word)) {
    if (c >= 'a' && c <= 'z') letters += c;
  }
  return letters;
}

}  // namespace

int syllables(std::string_view word) {
  const std::string letters = letters_of(word);
  constexpr std::array<std::pair<std::string_view, int>, 5> kListed = {
      {{"someone", 2}, {"somewhere", 2}, {"people", 2}, {"every", 2}, {"everyone", 3}}};
  for (const auto& [listed, count] : kListed) {
    if (letters == listed) return count;
  }
  const int silent = (has_silent_e(letters) ? 1 : 0) + (joins_silent_e(letters) ? 1 : 0);
  const int count = vowel_groups(letters) + said_apart(letters) - silent;
  return std::max(count, 1);
}

namespace {

struct Counted {
  std::size_t words = 0, syllables = 0;
};

Counted counted_in(std::string_view sentence) {
  Counted counted;
  std::string word;
  const auto end = [&] {
    const bool said = std::ranges::any_of(
        word, [](unsigned char c) { return std::isalnum(c) != 0 || c >= 0x80; });
    if (said) {
      ++counted.words;
      counted.syllables += static_cast<std::size_t>(syllables(word));
    }
    word.clear();
  };
  for (const char c : sentence) {
    if (c == ' ' || c == '-') {
      end();
    } else {
      word += c;
    }
  }
  end();
  return counted;
}

}  // namespace

void Readability::add_sentence(std::string_view sentence) {
  const Counted counted = counted_in(sentence);
  if (counted.words == 0) return;
  ++sentences;
  words += counted.words;
  syllables += counted.syllables;
}

void Readability::remove_sentence(std::string_view sentence) {
  const Counted counted = counted_in(sentence);
  if (counted.words == 0) return;
  --sentences;
  words -= counted.words;
  syllables -= counted.syllables;
}

double Readability::grade() const {
  if (words == 0) return 0;
  return 0.39 * static_cast<double>(words) / static_cast<double>(sentences) +
         11.8 * static_cast<double>(syllables) / static_cast<double>(words) - 15.59;
}

}  // namespace storyteller::book
