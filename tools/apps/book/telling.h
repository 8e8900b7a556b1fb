#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/apps/shared/language.h"

namespace storyteller::book {

/// For whom a book is.
enum class Level : std::uint8_t { kFirst = 1, kSecond = 2, kThird = 3 };

/// Most words of a sentence.
std::size_t most_words(Level level);
/// The greatest Flesch-Kincaid grade over a book.
double greatest_grade(Level level);

/// A thing that a caption names.
struct Thing {
  std::vector<std::string> words;  ///< "a", "brown", "dog"
  std::string noun;                ///< as it stands: "dogs"
  std::string lemma;               ///< "dog"
  bool plural = false;
};

/// A caption as a book tells it.
struct Telling {
  /// Ways to tell it in sentences, each in words without capital and full stop: the first tells
  /// most, each later one is easier, the last is "we see a dog". Never none.
  std::vector<std::vector<std::vector<std::string>>> ways;
  std::vector<Thing> things;  ///< in their order; the first is what it is about
  std::string action;         ///< of the first: "runs"; "": none
};

/// Whether a word may stand in a book of the first level.
using IsCommon = std::function<bool(std::string_view)>;

/// Tells a caption, in words of lower case, by its own words alone: cut into short sentences of the
/// present tense, joined by "we see". At the third level the caption is one sentence.
Telling telling_of(const std::vector<std::string>& words, Level level, const Language& language,
                   const IsCommon& is_common);

/// The third person of a verb's base form: "run" -> "runs", "carry" -> "carries".
std::string third_person(const std::string& base);

}  // namespace storyteller::book
