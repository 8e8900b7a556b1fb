#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/text/text_set.h"

namespace storyteller {

/// Words, each with a list of numbers: a dictionary of some hundred thousand entries that loads in
/// milliseconds, since all of it lies in a few arrays. Thread-safe when const.
class WordTable {
 public:
  static constexpr uint32_t kAbsent = TextSet::kAbsent;
  /// Adds a word; false, and nothing is changed, where it is there already.
  bool add(std::string_view word, std::span<const uint32_t> numbers);
  /// The numbers of `word`; empty where it is absent.
  std::span<const uint32_t> find(std::string_view word) const;
  /// How many words were added before `word`, or kAbsent.
  uint32_t index_of(std::string_view word) const { return words_.find(word); }
  bool contains(std::string_view word) const { return index_of(word) != kAbsent; }
  size_t size() const { return words_.size(); }

 private:
  TextSet words_;
  std::vector<uint32_t> numbers_;
  std::vector<size_t> end_;  // [word] of its numbers
};

}  // namespace storyteller
