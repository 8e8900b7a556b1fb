#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/cuda/vector.h"

namespace storyteller {

/// Logits v to v + W of a row of V words. Rows may be longer than that, so that each begins at a
/// multiple of 16 bytes; what lies behind the words counts as -infinity, whatever it is.
template <int W, class T>
__device__ inline void load_words(const T* row, int64_t v, int64_t V, float (&logit)[W]) {
  load(row + v, logit);
  if (v + W <= V) return;
#pragma unroll
  for (int k = 0; k < W; ++k) {
    if (v + k >= V) logit[k] = -INFINITY;
  }
}

}  // namespace storyteller
