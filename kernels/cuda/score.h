#pragma once

#include "kernels/attention.h"
#include "kernels/cuda/math.h"

namespace storyteller {

/// The squashing inside the additive score, at the accuracy that the storage type T deserves.
template <class T, ScoreFunction kScore>
__device__ inline float squash(float x) {
  if constexpr (kScore == ScoreFunction::kTanh) return tanh_for<T>(x);
  return fmaxf(x, 0);
}

/// Its derivative, from its output y.
template <ScoreFunction kScore>
__device__ inline float squash_slope(float y) {
  if constexpr (kScore == ScoreFunction::kTanh) return 1 - y * y;
  return y > 0 ? 1.0F : 0.0F;
}

}  // namespace storyteller
