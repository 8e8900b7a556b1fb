// Products (formulas in gemm.h), which go to the library behind kernels/cuda/matmul.h, and what is
// beside them. A packed weight is the plain (N,K) copy: cuBLASLt has no layout of its own to ask
// for, and reads a row-major (N,K) weight as it lies.
//
// Bytes: add_bias reads and writes M N values and reads N, bias_gradient reads M N, the packing of
// a transposed weight reads and writes N K: all bound by memory.
//
// Design: in add_bias a thread keeps the biases of its columns in registers
// (kernels/cuda/columns.h). bias_gradient makes two launches where M is large: each slice of the
// rows is summed column by column into float scratch, then the slices are summed the same way; sums
// go by halves inside a block, so the order is fixed and the error grows with log M.
#include "kernels/gemm.h"

#include <algorithm>

#include "kernels/cuda/columns.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/matmul.h"
#include "kernels/cuda/shared_memory.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

constexpr int kTile = 32, kTileRows = 8;

/// out (columns,rows) = in (rows,columns) transposed, by tiles through shared memory, so that both
/// sides are read and written along rows. A column more keeps the tile's columns in different
/// banks.
template <class T>
__global__ void __launch_bounds__(kTile* kTileRows)
    pack_weight_transposed_kernel(const T* in, T* out, int64_t rows, int64_t columns) {
  SharedMemory shared;
  T* tile = shared.array<T>(kTile * (kTile + 1));
  const int x = threadIdx.x, y = threadIdx.y;
  const int64_t column0 = int64_t{blockIdx.x} * kTile;
  for (int64_t row0 = int64_t{blockIdx.y} * kTile; row0 < rows;
       row0 += int64_t{gridDim.y} * kTile) {
    __syncthreads();
    for (int i = y; i < kTile; i += kTileRows) {
      if (row0 + i < rows && column0 + x < columns) {
        tile[i * (kTile + 1) + x] = in[(row0 + i) * columns + column0 + x];
      }
    }
    __syncthreads();
    for (int i = y; i < kTile; i += kTileRows) {
      if (column0 + i < columns && row0 + x < rows) {
        out[(column0 + i) * rows + row0 + x] = tile[x * (kTile + 1) + i];
      }
    }
  }
}

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kColumnThreads) add_bias_kernel(AddBias<T> p) {
  const ColumnWalk<W> at(p.N);
  if (!at.inside) return;
  float bias[W];
  load(p.bias + at.column, bias);
  for (int64_t m = at.row; m < p.M; m += at.step) add_to(p.y + m * p.N + at.column, bias);
}

/// sums[slice,n] = sum of x[m,n] over the slice's rows [+ sums[slice,n]].
// compiled: no stack, only 16-byte accesses
template <class S, class D, int W, bool kAccumulate>
__global__ void __launch_bounds__(kColumnThreads)
    bias_gradient_kernel(const S* x, D* sums, int64_t M, int64_t N) {
  SharedMemory shared;
  float* partial = shared.array<float>(kColumnPartials<W>);
  const ColumnWalk<W> at(N);
  float sum[W] = {}, value[W];
  if (at.inside) {
    for (int64_t m = at.row; m < M; m += at.step) {
      load(x + m * N + at.column, value);
#pragma unroll
      for (int k = 0; k < W; ++k) sum[k] += value[k];
    }
  }
  sum_rows_of_block(sum, partial);
  if (!at.inside || threadIdx.y != 0) return;
  D* out = sums + int64_t{blockIdx.y} * N + at.column;
  if constexpr (kAccumulate) {
    add_to(out, sum);
  } else {
    store(out, sum);
  }
}

template <class S, class D, int W, bool kAccumulate>
void launch_column_sums(const Cuda& backend, const S* x, D* sums, int64_t M, int64_t N,
                        int64_t slices) {
  LaunchShape shape = column_shape(M, N, W, slices);
  shape.shared_bytes = shared_bytes<float>(kColumnPartials<W>);
  launch(backend, "bias_gradient", bias_gradient_kernel<S, D, W, kAccumulate>, shape, x, sums, M,
         N);
}

}  // namespace

template <class T>
void gemm(Cuda backend, const Gemm<T>& p) {
  if (p.M == 0 || p.N == 0) return;
  if (p.K == 0) {
    if (!p.accumulate) {
      backend.context->fill_zero(p.c, static_cast<size_t>(p.M * p.N) * sizeof(T));
    }
    return;
  }
  matmul(backend, Matmul<T>{.a = p.a,
                            .b = p.b,
                            .c = p.c,
                            .M = p.M,
                            .N = p.N,
                            .K = p.K,
                            .a_stride = p.transpose_a ? p.M : p.K,
                            .b_stride = p.transpose_b ? p.K : p.N,
                            .c_stride = p.N,
                            .transpose_a = p.transpose_a,
                            .transpose_b = p.transpose_b,
                            .accumulate = p.accumulate});
}

template <class T>
size_t packed_weight_bytes(Cuda, int64_t N, int64_t K) {
  return static_cast<size_t>(N * K) * sizeof(T);
}

template <class T>
void pack_weight(Cuda backend, const PackWeight<T>& p) {
  if (!p.transposed) {
    backend.context->copy(p.packed, p.weight, packed_weight_bytes<T>(backend, p.N, p.K));
    return;
  }
  const auto tiles = [](int64_t n) {
    return static_cast<unsigned>(std::min(divide_up(n, kTile), kMostBlocksAlongY));
  };
  launch(backend, "pack_weight", pack_weight_transposed_kernel<T>,
         {.grid = dim3(static_cast<unsigned>(divide_up(p.N, kTile)), tiles(p.K)),
          .block = dim3(kTile, kTileRows),
          .shared_bytes = shared_bytes<T>(kTile * (kTile + 1))},
         p.weight, static_cast<T*>(p.packed), p.K, p.N);
}

template <class T>
void packed_linear(Cuda backend, const PackedLinear<T>& p) {
  if (p.M == 0 || p.N == 0) return;
  if (p.K == 0) {
    gemm(backend, Gemm<T>{.a = p.x,
                          .b = static_cast<const T*>(p.packed),
                          .c = p.y,
                          .M = p.M,
                          .N = p.N,
                          .K = 0,
                          .accumulate = p.accumulate});
    if (p.bias != nullptr) {
      add_bias(backend, AddBias<T>{.bias = p.bias, .y = p.y, .M = p.M, .N = p.N});
    }
    return;
  }
  matmul(backend, Matmul<T>{.a = p.x,
                            .b = static_cast<const T*>(p.packed),
                            .c = p.y,
                            .M = p.M,
                            .N = p.N,
                            .K = p.K,
                            .a_stride = p.K,
                            .b_stride = p.K,
                            .c_stride = p.N,
                            .transpose_b = true,
                            .accumulate = p.accumulate,
                            .bias = p.bias});
}

template <class T>
void add_bias(Cuda backend, const AddBias<T>& p) {
  if (p.M == 0) return;
  const bool vector = can_vectorise<T>(p.N, p.bias, p.y);
  launch(backend, "add_bias", vector ? add_bias_kernel<T, kLanes<T>> : add_bias_kernel<T, 1>,
         column_shape(p.M, p.N, vector ? kLanes<T> : 1, kMostBlocksAlongY), p);
}

template <class T>
void bias_gradient(Cuda backend, const BiasGradient<T>& p) {
  if (p.M == 0 || p.N == 0) return;
  const bool vector = can_vectorise<T>(p.N, p.dy, p.db);
  const int64_t slices = column_shape(p.M, p.N, vector ? kLanes<T> : 1).grid.y;
  if (slices == 1) {
    vector ? launch_column_sums<T, T, kLanes<T>, true>(backend, p.dy, p.db, p.M, p.N, 1)
           : launch_column_sums<T, T, 1, true>(backend, p.dy, p.db, p.M, p.N, 1);
    return;
  }
  auto* partial = static_cast<float*>(
      backend.context->scratch(static_cast<size_t>(slices * p.N) * sizeof(float)));
  vector ? launch_column_sums<T, float, kLanes<T>, false>(backend, p.dy, partial, p.M, p.N, slices)
         : launch_column_sums<T, float, 1, false>(backend, p.dy, partial, p.M, p.N, slices);
  launch_column_sums<float, T, 1, true>(backend, partial, p.db, slices, p.N, 1);
}

#define STORYTELLER_INSTANTIATE(T)                                \
  template void gemm<T>(Cuda, const Gemm<T>&);                    \
  template size_t packed_weight_bytes<T>(Cuda, int64_t, int64_t); \
  template void pack_weight<T>(Cuda, const PackWeight<T>&);       \
  template void packed_linear<T>(Cuda, const PackedLinear<T>&);   \
  template void add_bias<T>(Cuda, const AddBias<T>&);             \
  template void bias_gradient<T>(Cuda, const BiasGradient<T>&);
STORYTELLER_INSTANTIATE(float)
STORYTELLER_INSTANTIATE(bfloat16)
#undef STORYTELLER_INSTANTIATE

}  // namespace storyteller
