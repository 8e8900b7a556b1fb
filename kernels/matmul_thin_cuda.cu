// Matrix products with at most 8 rows or columns, or a K of at most 4 (formula in
// kernels/cuda/matmul.h): a gate with one output, one caption at a time, outer products. The
// library's heuristics refuse some of them, and its tiles would be mostly empty.
//
// Bytes: the larger factor, or c where K is small, once; 2 operations an element at N = 1. Bound by
// memory.
//
// Design: a product with few rows is the transposed one with few columns. Then c (M,N) = a (M,K)
// b (K,N) with N <= 8: where the rows of a lie along K a warp takes a row of a, its lanes hold N
// sums each, and a butterfly adds them up (matmul_row_dots); where its columns do, a thread takes
// columns as in kernels/cuda/columns.h, and slices of K are added up in order (matmul_column_dots).
// A small K is a pointwise sum with the columns' part of b in registers (matmul_outer). Sums depend
// on sizes and alignments alone.
#include <algorithm>

#include "kernels/cuda/columns.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/own_matmul.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

constexpr int kRowWarps = 8;

/// kColumns >= N sums, of which those beyond N repeat the last, as predicates would take more than
/// the sums do; W elements of a, neighbours along K, at once.
// compiled: no stack, 16-byte loads
template <class T, int kColumns, int W>
__global__ void __launch_bounds__(kRowWarps* kWarp, 2)
    matmul_row_dots_kernel(StridedProduct<T> p, bool b_vectorised) {
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  for (int64_t m = int64_t{blockIdx.x} * kRowWarps + warp; m < p.M;
       m += int64_t{gridDim.x} * kRowWarps) {
    float sum[kColumns] = {};
#pragma unroll(kColumns == 1 ? 4 : 1)
    for (int64_t k = lane * W; k < p.K; k += kWarp * W) {
      float x[W], y[W];
      load(p.a + m * p.a_m + k, x);
#pragma unroll
      for (int n = 0; n < kColumns; ++n) {
        const T* column = p.b + k * p.b_k + std::min<int64_t>(n, p.N - 1) * p.b_n;
        if (b_vectorised) {
          load(column, y);
        } else {
#pragma unroll
          for (int l = 0; l < W; ++l) y[l] = widen(column[l * p.b_k]);
        }
#pragma unroll
        for (int l = 0; l < W; ++l) sum[n] = fmaf(x[l], y[l], sum[n]);
      }
    }
#pragma unroll
    for (int n = 0; n < kColumns; ++n) {
      float whole[1] = {warp_sum(sum[n])};
      if (n < p.N && lane == n) p.end.finish(m, n, whole);
    }
  }
}

/// kColumns >= N sums for each of W neighbouring rows m; threads above each other share K.
/// blockIdx.y is the slice of K; parts (slices,M,N), null: there is one slice, which is finished.
// compiled: no stack, 16-byte loads
template <class T, int kColumns, int W>
__global__ void __launch_bounds__(kColumnThreads)
    matmul_column_dots_kernel(StridedProduct<T> p, float* parts) {
  SharedMemory shared;
  float* partial = shared.array<float>(kColumnPartials<W>);
  const ColumnWalk<W> at(p.M);
  float sum[kColumns][W] = {};
  if (at.inside) {
    for (int64_t k = at.row; k < p.K; k += at.step) {
      float x[W];
      load(p.a + k * p.a_k + at.column, x);
#pragma unroll
      for (int n = 0; n < kColumns; ++n) {
        const float y = widen(p.b[k * p.b_k + std::min<int64_t>(n, p.N - 1) * p.b_n]);
#pragma unroll
        for (int l = 0; l < W; ++l) sum[n][l] = fmaf(x[l], y, sum[n][l]);
      }
    }
  }
#pragma unroll
  for (int n = 0; n < kColumns; ++n) {
    if (n >= p.N) continue;
    sum_rows_of_block(sum[n], partial);
    if (!at.inside || threadIdx.y != 0) continue;
#pragma unroll
    for (int l = 0; l < W; ++l) {
      const int64_t m = at.column + l;
      float whole[1] = {sum[n][l]};
      if (parts != nullptr) {
        parts[(blockIdx.y * p.M + m) * p.N + n] = whole[0];
      } else {
        p.end.finish(m, n, whole);
      }
    }
  }
}

// compiled: no stack, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kColumnThreads) matmul_outer_kernel(StridedProduct<T> p) {
  const ColumnWalk<W> at(p.N);
  if (!at.inside) return;
  float b[kThinDepth][W];
#pragma unroll
  for (int k = 0; k < kThinDepth; ++k) {
#pragma unroll
    for (int l = 0; l < W; ++l) {
      b[k][l] = k < p.K ? widen(p.b[k * p.b_k + (at.column + l) * p.b_n]) : 0.0F;
    }
  }
  for (int64_t m = at.row; m < p.M; m += at.step) {
    float sum[W] = {};
#pragma unroll
    for (int k = 0; k < kThinDepth; ++k) {
      if (k >= p.K) continue;
      const float a = widen(p.a[m * p.a_m + k * p.a_k]);
#pragma unroll
      for (int l = 0; l < W; ++l) sum[l] = fmaf(a, b[k][l], sum[l]);
    }
    p.end.finish(m, at.column, sum);
  }
}

template <int kColumns, class T>
void row_dots(const Cuda& backend, const StridedProduct<T>& p) {
  constexpr int W = kLanes<T>;
  const bool vector = p.K % W == 0 && (p.M == 1 || p.a_m % W == 0) && can_vectorise<T>(0, p.a);
  const bool b_vectorised = p.b_k == 1 && (p.N == 1 || p.b_n % W == 0) && can_vectorise<T>(0, p.b);
  launch(backend, "matmul of few columns",
         vector ? matmul_row_dots_kernel<T, kColumns, W> : matmul_row_dots_kernel<T, kColumns, 1>,
         {.grid = grid_for(p.M, kRowWarps), .block = kRowWarps * kWarp}, p, vector && b_vectorised);
}

template <int kColumns, int W, class T>
void column_dots_of_width(const Cuda& backend, const StridedProduct<T>& p) {
  LaunchShape shape = column_shape(p.K, p.M, W);
  shape.shared_bytes = shared_bytes<float>(kColumnPartials<W>);
  const int64_t slices = shape.grid.y;
  float* parts = slices == 1 ? nullptr
                             : static_cast<float*>(backend.context->scratch(
                                   static_cast<size_t>(slices * p.M * p.N) * sizeof(float)));
  launch(backend, "matmul of few columns, transposed", matmul_column_dots_kernel<T, kColumns, W>,
         shape, p, parts);
  if (slices > 1) add_product_parts(backend, parts, slices, p.M, p.N, p.end);
}

template <int kColumns, class T>
void column_dots(const Cuda& backend, const StridedProduct<T>& p) {
  constexpr int W = kLanes<T>;
  if (p.a_k % W == 0 && can_vectorise<T>(p.M, p.a)) {
    column_dots_of_width<kColumns, W>(backend, p);
  } else {
    column_dots_of_width<kColumns, 1>(backend, p);
  }
}

}  // namespace

template <class T>
void thin_matmul(const Cuda& backend, const StridedProduct<T>& given) {
  if (given.K <= kThinDepth) {
    constexpr int W = kLanes<T>;
    const bool vector = given.end.can_vectorise_columns(given.N);
    launch(backend, "matmul of little depth",
           vector ? matmul_outer_kernel<T, W> : matmul_outer_kernel<T, 1>,
           column_shape(given.M, given.N, vector ? W : 1, kMostBlocksAlongY), given);
    return;
  }
  const StridedProduct<T> p = given.N <= given.M ? given : transposed(given);
  if (p.a_k == 1) {
    p.N == 1 ? row_dots<1>(backend, p) : row_dots<kThinColumns>(backend, p);
  } else {
    p.N == 1 ? column_dots<1>(backend, p) : column_dots<kThinColumns>(backend, p);
  }
}

#define STORYTELLER_INSTANTIATE(T) \
  template void thin_matmul<T>(const Cuda&, const StridedProduct<T>&);
STORYTELLER_INSTANTIATE(float)
STORYTELLER_INSTANTIATE(bfloat16)
#undef STORYTELLER_INSTANTIATE

}  // namespace storyteller
