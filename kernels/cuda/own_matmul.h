#pragma once

#include <cstdint>

#include <cuda_runtime.h>

#include "kernels/cuda/launch.h"
#include "kernels/cuda/matmul.h"
#include "kernels/cuda/vector.h"

namespace storyteller {

// The project's own products (matmul.h), which kernels/matmul_cuda.cu chooses between.

/// Where element (m,n) of a product goes, and what is added to its sum. Distances along both
/// indices, so that the transposed product is an exchange of them.
template <class T>
struct ProductEnd {
  T* c;
  int64_t c_m, c_n;  ///< elements of c from row to row, from column to column
  const T* bias;     ///< null: none
  int64_t bias_m, bias_n;
  bool accumulate;

  /// Finishes columns n to n + W of row m, which are neighbours where W > 1.
  template <int W>
  __device__ void finish(int64_t m, int64_t n, float (&sum)[W]) const {
    T* to = c + m * c_m + n * c_n;
    float more[W];
    if (bias != nullptr) {
      load(bias + m * bias_m + n * bias_n, more);
#pragma unroll
      for (int k = 0; k < W; ++k) sum[k] += more[k];
    }
    if (accumulate) {
      load(to, more);
#pragma unroll
      for (int k = 0; k < W; ++k) sum[k] += more[k];
    }
    store(to, sum);
  }

  /// Whether finish<kLanes<T>> may be used for N columns.
  bool can_vectorise_columns(int64_t N) const {
    return c_n == 1 && (bias == nullptr || bias_n == 1) && c_m % kLanes<T> == 0 &&
           can_vectorise<T>(N, c, bias);
  }
};

/// A product with the distance between elements along every index.
template <class T>
struct StridedProduct {
  const T *a, *b;
  int64_t M, N, K;
  int64_t a_m, a_k, b_k, b_n;
  ProductEnd<T> end;
};

template <class T>
StridedProduct<T> strided(const Matmul<T>& p) {
  return {.a = p.a,
          .b = p.b,
          .M = p.M,
          .N = p.N,
          .K = p.K,
          .a_m = p.transpose_a ? 1 : p.a_stride,
          .a_k = p.transpose_a ? p.a_stride : 1,
          .b_k = p.transpose_b ? 1 : p.b_stride,
          .b_n = p.transpose_b ? p.b_stride : 1,
          .end = {.c = p.c,
                  .c_m = p.c_stride,
                  .c_n = 1,
                  .bias = p.bias,
                  .bias_m = 0,
                  .bias_n = 1,
                  .accumulate = p.accumulate}};
}

/// cᵀ = op(b)ᵀ op(a)ᵀ
template <class T>
StridedProduct<T> transposed(const StridedProduct<T>& p) {
  return {.a = p.b,
          .b = p.a,
          .M = p.N,
          .N = p.M,
          .K = p.K,
          .a_m = p.b_n,
          .a_k = p.b_k,
          .b_k = p.a_k,
          .b_n = p.a_m,
          .end = {.c = p.end.c,
                  .c_m = p.end.c_n,
                  .c_n = p.end.c_m,
                  .bias = p.end.bias,
                  .bias_m = p.end.bias_n,
                  .bias_n = p.end.bias_m,
                  .accumulate = p.end.accumulate}};
}

inline constexpr int64_t kThinColumns = 8;  ///< the most columns, or rows, of a thin product
inline constexpr int64_t kThinDepth = 4;    ///< its greatest K, where it has more of both

/// For products with min(M, N) <= kThinColumns or K <= kThinDepth.
template <class T>
void thin_matmul(const Cuda&, const StridedProduct<T>&);

/// Adds up parts (slices,M,N) of sums in order, and finishes them.
template <class T>
void add_product_parts(const Cuda&, const float* parts, int64_t slices, int64_t M, int64_t N,
                       const ProductEnd<T>&);

}  // namespace storyteller
