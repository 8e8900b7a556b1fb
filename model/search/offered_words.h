#pragma once

#include <cstdint>
#include <vector>

#include "core/ops/ops.h"
#include "core/tensor.h"

namespace storyteller {

/// What rows may be continued with.
struct Offers {
  std::vector<int32_t> words;            ///< (rows,k), best first, then the wanted ones
  std::vector<float> log_probabilities;  ///< (rows,k), -infinity where nothing is left
  int64_t k;
};

/// Of each row the best k words and, behind them, those of `wanted` that are not among these: words
/// that lead to other states of an automaton however improbable they are.
class OfferedWords {
 public:
  /// `wanted` must outlive it.
  OfferedWords(int64_t vocabulary, int64_t k, const std::vector<int32_t>& wanted)
      : vocabulary_(vocabulary), k_(k), wanted_(wanted) {}

  /// Of logits (rows,width), which it clobbers.
  Offers of(const Tensor& logits, const WordLists& barred) const;

 private:
  Offers best(const Tensor& logits, const WordLists& barred) const;
  void add_wanted(const std::vector<float>& logits, const WordLists& barred, Offers* offers) const;

  int64_t vocabulary_, k_;
  const std::vector<int32_t>& wanted_;
};

}  // namespace storyteller
