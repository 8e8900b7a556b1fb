#pragma once

#include <cfloat>

#include "kernels/cuda/math.h"
#include "kernels/cuda/reduce.h"

namespace storyteller {

/// The maximum of some numbers and the sum of exp(x - maximum), in one pass: the sum is scaled down
/// when the maximum grows (Milakov and Gimelshein, 2018, "Online normalizer calculation for
/// softmax"). NaN shows in the sum. The maximum starts at the least finite number, so that
/// -infinity never meets -infinity.
template <class T>
struct OnlineSum {
  float largest = -FLT_MAX;
  float sum = 0;

  template <int W>
  __device__ void add(const float (&x)[W]) {
    float grown = largest, added = 0;
#pragma unroll
    for (int k = 0; k < W; ++k) grown = fmaxf(grown, x[k]);
#pragma unroll
    for (int k = 0; k < W; ++k) added += exp_for<T>(x[k] - grown);
    sum = sum * exp_for<T>(largest - grown) + added;
    largest = grown;
  }

  /// log sum exp(x)
  __device__ float log_sum() const { return largest + logf(sum); }
};

/// The sums of all threads of the block taken together, in a fixed order; every thread gets it.
/// `partial` is shared memory for kBlockPartials elements.
template <class T>
__device__ inline OnlineSum<T> block_merge(const OnlineSum<T>& own, float* partial) {
  OnlineSum<T> all;
  all.largest = block_max(own.largest, partial);
  all.sum = block_sum(own.sum * exp_for<T>(own.largest - all.largest), partial);
  return all;
}

}  // namespace storyteller
