#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "core/text/word_table.h"

namespace storyteller::meteor_parts {

/// Phrases that mean the same, from a file in the format of METEOR's paraphrase-en.gz: groups of
/// three lines, probability (0, 1], phrase, phrase; plain or compressed by gzip. Which of the two
/// is the paraphrase of the other, and the probability, make no difference. Immutable, thread-safe.
class ParaphraseTable {
 public:
  static constexpr uint32_t kAbsent = WordTable::kAbsent;
  static constexpr size_t kMostWords = 32;  ///< longer phrases are refused

  /// Throws InputError that names the file, the line and the cause.
  static ParaphraseTable open(const std::filesystem::path& file);

  /// Number of a phrase (words separated by single blanks), or kAbsent.
  uint32_t find(std::string_view phrase) const { return phrases_.index_of(phrase); }
  /// Numbers of the phrases that mean the same, ascending, without the phrase itself.
  std::span<const uint32_t> partners(uint32_t phrase) const;
  /// Words of the longest phrase.
  size_t longest() const { return longest_; }
  /// Distinct pairs.
  size_t pairs() const { return partners_.size() / 2; }

 private:
  ParaphraseTable() = default;

  WordTable phrases_;
  std::vector<size_t> begins_;      // [phrase], of its partners; one more at the end
  std::vector<uint32_t> partners_;  // both directions
  size_t longest_ = 0;
};

}  // namespace storyteller::meteor_parts
