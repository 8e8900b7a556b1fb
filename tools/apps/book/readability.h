#pragma once

#include <cstddef>
#include <string_view>

namespace storyteller::book {

/// Syllables of an English word, by rule: groups of vowels, less a silent e, with -le, -ing and
/// vowels that are said apart ("video", "being"). At least 1; of what has no letters 1.
int syllables(std::string_view word);

/// Counts of a text, sentence by sentence.
struct Readability {
  std::size_t sentences = 0, words = 0, syllables = 0;

  /// Words are split at blanks and hyphens; marks around them do not count.
  void add_sentence(std::string_view sentence);
  void remove_sentence(std::string_view sentence);
  /// Flesch-Kincaid grade (Kincaid 1975): .39 words/sentences + 11.8 syllables/words - 15.59; of
  /// nothing 0.
  double grade() const;
};

}  // namespace storyteller::book
