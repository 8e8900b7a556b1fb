#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/open_table.h"

namespace storyteller {

using TokenId = uint32_t;

/// Largest order of BLEU and CIDEr.
inline constexpr int kMaxOrder = 4;

/// One to four consecutive tokens, exactly: ids + 1, zero where the n-gram is shorter.
struct Ngram {
  uint64_t low = 0;   ///< first and second token
  uint64_t high = 0;  ///< third and fourth token

  /// n in 1..4.
  int order() const { return high == 0 ? (low >> 32U ? 2 : 1) : (high >> 32U ? 4 : 3); }
  bool operator==(const Ngram&) const = default;
  /// By first two tokens, then by the rest.
  bool operator<(const Ngram& other) const {
    return low != other.low ? low < other.low : high < other.high;
  }
};

struct NgramCount {
  Ngram ngram;
  uint32_t count = 0;  ///< occurrences, >= 1
};

/// Distinct n-grams (orders 1..4) of a caption with their counts, sorted; `out` is overwritten.
void count_ngrams(std::span<const TokenId> tokens, std::vector<NgramCount>& out);

/// Set of n-grams numbered 0, 1, 2, ... in order of insertion.
class NgramIndex {
 public:
  static constexpr uint32_t kAbsent = OpenTable::kAbsent;
  /// Number of `ngram`, or kAbsent.
  uint32_t find(const Ngram& ngram) const;
  /// Number of `ngram`, which is added where it was absent.
  uint32_t insert(const Ngram& ngram);
  uint32_t size() const { return static_cast<uint32_t>(ngrams_.size()); }
  const Ngram& operator[](uint32_t number) const { return ngrams_[number]; }

 private:
  auto equals(const Ngram& ngram) const {
    return [this, &ngram](uint32_t number) { return ngrams_[number] == ngram; };
  }

  std::vector<Ngram> ngrams_;
  OpenTable table_;
};

}  // namespace storyteller
