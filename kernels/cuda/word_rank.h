#pragma once

#include <cmath>

#include <cuda_runtime.h>

#include "kernels/cuda/reduce.h"

namespace storyteller {

/// A word with its logit as one 64-bit integer that orders as wanted: greater logit first, then
/// lower id. It makes a comparison one instruction, and ties right without further thought.
using WordRank = unsigned long long;
inline constexpr WordRank kNoWord = 0;

/// The bits of a float order as unsigned integers once the sign bit of positive ones is set and all
/// bits of negative ones are inverted. -infinity and NaN are no words; -0 counts as 0.
__device__ inline WordRank word_rank(float logit, int word) {
  if (!(logit > -INFINITY)) return kNoWord;
  const unsigned bits = __float_as_uint(logit + 0.0F);
  const unsigned ordered = bits >> 31 != 0 ? ~bits : bits | 0x80000000U;
  return WordRank{ordered} << 32 | ~static_cast<unsigned>(word);
}
__device__ inline int word_of(WordRank rank) {
  return static_cast<int>(~static_cast<unsigned>(rank));
}
__device__ inline float logit_of(WordRank rank) {
  const auto ordered = static_cast<unsigned>(rank >> 32);
  return __uint_as_float(ordered >> 31 != 0 ? ordered & 0x7FFFFFFFU : ~ordered);
}

/// The greatest of the warp, in every lane.
__device__ inline WordRank warp_max(WordRank x) {
#pragma unroll
  for (int step = kWarp / 2; step > 0; step /= 2) {
    const WordRank other = __shfl_xor_sync(kAllLanes, x, step);
    x = x > other ? x : other;
  }
  return x;
}

}  // namespace storyteller
