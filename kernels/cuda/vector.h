#pragma once

#include <cstdint>

#include <cuda_bf16.h>
#include <cuda_runtime.h>

#include "kernels/bfloat16.h"

namespace storyteller {

/// Storage to arithmetic and back (round to nearest even).
__device__ inline float widen(float x) { return x; }
__device__ inline float widen(bfloat16 x) { return __uint_as_float(uint32_t{x.bits} << 16); }
template <class T>
__device__ inline T narrow(float x) {
  if constexpr (sizeof(T) == sizeof(float)) {
    return x;
  } else {
    bfloat16 y;
    y.bits = __bfloat16_as_ushort(__float2bfloat16_rn(x));
    return y;
  }
}

/// How many elements a 16-byte access moves: 4 floats, 8 bfloat16.
template <class T>
inline constexpr int kLanes = static_cast<int>(16 / sizeof(T));

/// W consecutive elements; accesses of 16 bytes at most.
template <class T, int W = kLanes<T>>
struct alignas(W * sizeof(T) < 16 ? W * sizeof(T) : 16) Vector {
  T lane[W];
};

/// W elements at p, which is aligned to W elements, as float.
template <int W, class T>
__device__ inline void load(const T* p, float (&x)[W]) {
  const auto v = *reinterpret_cast<const Vector<T, W>*>(p);
#pragma unroll
  for (int i = 0; i < W; ++i) x[i] = widen(v.lane[i]);
}
template <int W, class T>
__device__ inline void store(T* p, const float (&x)[W]) {
  Vector<T, W> v;
#pragma unroll
  for (int i = 0; i < W; ++i) v.lane[i] = narrow<T>(x[i]);
  *reinterpret_cast<Vector<T, W>*>(p) = v;
}
/// p += x, for gradients that are ACCUMULATED.
template <int W, class T>
__device__ inline void add_to(T* p, const float (&x)[W]) {
  float sum[W];
  load(p, sum);
#pragma unroll
  for (int i = 0; i < W; ++i) sum[i] += x[i];
  store(p, sum);
}

/// Whether 16-byte accesses are possible: the width of a row is a multiple of the lanes, and every
/// pointer (null counts as aligned) lies at a multiple of 16 bytes. On the host, to choose between
/// the instantiations W = kLanes<T> and W = 1 of a kernel.
template <class T, class... Pointers>
bool can_vectorise(int64_t width, const Pointers*... pointers) {
  const auto aligned = [](const void* p) { return reinterpret_cast<uintptr_t>(p) % 16 == 0; };
  return width % kLanes<T> == 0 && (aligned(pointers) && ...);
}

}  // namespace storyteller
