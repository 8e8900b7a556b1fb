#pragma once

#include <cstdint>

#include "core/tensor.h"

namespace storyteller {

/// Each of some words once, int32.
struct DistinctWords {
  Tensor words;  ///< (U) in the order in which they come first
  Tensor row;    ///< (N) which of them each one is
};

/// Of words (N) int32 in [0, vocabulary) on the CPU.
DistinctWords distinct_words(const Tensor& words, int64_t vocabulary);

}  // namespace storyteller
