#pragma once

#include <type_traits>

#include <cuda_runtime.h>

#include "kernels/bfloat16.h"
#include "kernels/cuda/ptx/math.h"

namespace storyteller {

/// Nonlinearities at the accuracy that the storage type T deserves: exact to float rounding for
/// float, the special-function unit's for bfloat16.
template <class T>
__device__ inline float tanh_for(float x) {
  if constexpr (std::is_same_v<T, bfloat16>) return tanh_approximate(x);
  return tanhf(x);
}

template <class T>
__device__ inline float exp_for(float x) {
  if constexpr (std::is_same_v<T, bfloat16>) return exp_approximate(x);
  return expf(x);
}

/// 1 / (1 + e^-x)
template <class T>
__device__ inline float sigmoid_for(float x) {
  if constexpr (std::is_same_v<T, bfloat16>) return 0.5F + 0.5F * tanh_approximate(0.5F * x);
  return 1.0F / (1.0F + expf(-x));
}

}  // namespace storyteller
