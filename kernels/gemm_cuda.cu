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

/// Columns from `first` to the end of the rows.
// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kColumnThreads) add_bias_kernel(AddBias<T> p, int64_t first) {
  const ColumnWalk<W> at(p.stride - first);
  if (!at.inside) return;
  const int64_t n = first + at.column;
  float bias[W] = {};
  if (n + W <= p.N) {
    load(p.bias + n, bias);
    for (int64_t m = at.row; m < p.M; m += at.step) add_to(p.y + m * p.stride + n, bias);
  } else if (n >= p.N) {
    for (int64_t m = at.row; m < p.M; m += at.step) store(p.y + m * p.stride + n, bias);
  } else {
    for (int64_t m = at.row; m < p.M; m += at.step) {
      T* y = p.y + m * p.stride + n;
#pragma unroll
      for (int k = 0; k < W; ++k) {
        if (n + k >= p.N) {
          y[k] = narrow<T>(0);
        } else if (p.bias != nullptr) {
          y[k] = narrow<T>(widen(y[k]) + widen(p.bias[n + k]));
        }
      }
    }
  }
}

/// Where sums of columns come from and go to.
template <class S, class D>
struct ColumnSums {
  const S* x;  ///< (M,N), rows x_stride apart
  D* sums;     ///< (slices,N), rows sums_stride apart
  int64_t M, N, x_stride, sums_stride;
};

/// sums[slice,n] = sum of x[m,n] over the slice's rows [+ sums[slice,n]]. Vectors may go beyond N.
// compiled: no stack, 16-byte loads, 16-byte stores
template <class S, class D, int W, bool kAccumulate>
__global__ void __launch_bounds__(kColumnThreads) bias_gradient_kernel(ColumnSums<S, D> p) {
  SharedMemory shared;
  float* partial = shared.array<float>(kColumnPartials<W>);
  const ColumnWalk<W> at(p.N);
  float sum[W] = {}, value[W];
  if (at.inside) {
    for (int64_t m = at.row; m < p.M; m += at.step) {
      load(p.x + m * p.x_stride + at.column, value);
#pragma unroll
      for (int k = 0; k < W; ++k) sum[k] += value[k];
    }
  }
  sum_rows_of_block(sum, partial);
  if (!at.inside || threadIdx.y != 0) return;
  D* out = p.sums + int64_t{blockIdx.y} * p.sums_stride + at.column;
  if (at.column + W <= p.N) {
    if constexpr (kAccumulate) {
      add_to(out, sum);
    } else {
      store(out, sum);
    }
    return;
  }
#pragma unroll
  for (int k = 0; k < W; ++k) {
    if (at.column + k >= p.N) continue;
    out[k] = narrow<D>(sum[k] + (kAccumulate ? widen(out[k]) : 0.0F));
  }
}

/// The launch for columns of which the last vector may be a part.
template <int W>
LaunchShape sums_shape(int64_t M, int64_t N, int64_t slices = kMostSlices) {
  LaunchShape shape = column_shape(M, divide_up(N, W) * W, W, slices);
  shape.shared_bytes = shared_bytes<float>(kColumnPartials<W>);
  return shape;
}

/// Sums of slices of the rows into scratch first, where there are many.
template <class T, int W>
void sum_columns(const Cuda& backend, const BiasGradient<T>& p) {
  const int64_t slices = sums_shape<W>(p.M, p.N).grid.y, across = divide_up(p.N, W) * W;
  if (slices == 1) {
    launch(backend, "bias_gradient", bias_gradient_kernel<T, T, W, true>, sums_shape<W>(p.M, p.N),
           ColumnSums<T, T>{p.dy, p.db, p.M, p.N, p.stride, 0});
    return;
  }
  auto* partial = static_cast<float*>(
      backend.context->scratch(static_cast<size_t>(slices * across) * sizeof(float)));
  launch(backend, "bias_gradient", bias_gradient_kernel<T, float, W, false>,
         sums_shape<W>(p.M, p.N), ColumnSums<T, float>{p.dy, partial, p.M, p.N, p.stride, across});
  launch(backend, "bias_gradient", bias_gradient_kernel<float, T, 1, true>,
         sums_shape<1>(slices, p.N, 1),
         ColumnSums<float, T>{partial, p.db, slices, p.N, across, 0});
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
                            .a_stride = p.a_stride > 0 ? p.a_stride : (p.transpose_a ? p.M : p.K),
                            .b_stride = p.transpose_b ? p.K : p.N,
                            .c_stride = p.c_stride > 0 ? p.c_stride : p.N,
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
void add_bias(Cuda backend, const AddBias<T>& given) {
  AddBias<T> p = given;
  if (p.stride == 0) p.stride = p.N;
  if (p.M == 0) return;
  const bool vector = can_vectorise<T>(p.stride, p.bias, p.y);
  const int64_t W = vector ? kLanes<T> : 1, first = p.bias != nullptr ? 0 : p.N / W * W;
  launch(backend, "add_bias", vector ? add_bias_kernel<T, kLanes<T>> : add_bias_kernel<T, 1>,
         column_shape(p.M, p.stride - first, static_cast<int>(W), kMostBlocksAlongY), p, first);
}

template <class T>
void bias_gradient(Cuda backend, const BiasGradient<T>& given) {
  BiasGradient<T> p = given;
  if (p.stride == 0) p.stride = p.N;
  if (p.M == 0 || p.N == 0) return;
  if (can_vectorise<T>(p.stride, p.dy, p.db)) {
    sum_columns<T, kLanes<T>>(backend, p);
  } else {
    sum_columns<T, 1>(backend, p);
  }
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
