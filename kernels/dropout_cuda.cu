// Inverted dropout (formula in dropout.h; Srivastava et al., 2014).
//
// Bytes: one read and one write an element, no mask: the backward draws it again. Operations: ten
// rounds of Philox, about 80 integer instructions, for every 8 elements; bound by memory.
//
// Design: one thread takes the 8 elements that one block of Philox decides, 16 bits each, so that
// every draw is made once and used whole: 16 bytes of bfloat16, two times 16 bytes of float. A row
// whose width 8 does not divide takes the instantiation that goes by single elements.
#include "kernels/dropout.h"

#include "kernels/cuda/pointwise.h"
#include "kernels/philox.h"

namespace storyteller {
namespace {

constexpr int kDraws = 8;  // 16-bit draws in one block of Philox

/// Elements that a group of 8 in a row of W has; all 8 where the row is whole vectors.
template <class T>
__device__ inline void load_some(const T* from, int64_t count, float (&x)[kDraws]) {
#pragma unroll
  for (int k = 0; k < kDraws; ++k) x[k] = k < count ? widen(from[k]) : 0.0F;
}
template <class T>
__device__ inline void store_some(T* to, int64_t count, const float (&x)[kDraws]) {
#pragma unroll
  for (int k = 0; k < kDraws; ++k) {
    if (k < count) to[k] = narrow<T>(x[k]);
  }
}

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, bool kVector>
__global__ void __launch_bounds__(kPointwiseThreads)
    dropout_kernel(Dropout<T> p, uint32_t threshold, float scale) {
  const int64_t groups = (p.W + kDraws - 1) / kDraws;
  for_each_vector<1>(p.N * groups, [&](int64_t i) {
    const int64_t n = i / groups, group = i % groups, j = group * kDraws;
    const T* from = p.x + n * p.W + j;
    T* to = p.y + n * p.W + j;
    float x[kDraws], y[kDraws] = {};
    if constexpr (kVector) {
      load(from, x);
      if (p.accumulate) load(to, y);
    } else {
      load_some(from, p.W - j, x);
      if (p.accumulate) load_some(to, p.W - j, y);
    }
    const auto bits = philox(p.key, p.row_key[n], static_cast<uint64_t>(group));
#pragma unroll
    for (int k = 0; k < kDraws; ++k) {
      const uint32_t draw = bits[k / 2] >> 16 * (k % 2) & 0xFFFFU;
      y[k] += draw >= threshold ? x[k] * scale : 0.0F;
    }
    if constexpr (kVector) {
      store(to, y);
    } else {
      store_some(to, p.W - j, y);
    }
  });
}

}  // namespace

template <class T>
void dropout(Cuda backend, const Dropout<T>& p) {
  const auto threshold = static_cast<uint32_t>(p.rate * 65536.0F);
  const auto scale = static_cast<float>(1.0 / (1.0 - threshold / 65536.0));
  const bool vector = p.W % kDraws == 0 && can_vectorise<T>(p.W, p.x, p.y);
  launch(backend, "dropout", vector ? dropout_kernel<T, true> : dropout_kernel<T, false>,
         pointwise_shape(p.N * divide_up(p.W, kDraws), 1), p, threshold, scale);
}

template void dropout<float>(Cuda, const Dropout<float>&);
template void dropout<bfloat16>(Cuda, const Dropout<bfloat16>&);

}  // namespace storyteller
