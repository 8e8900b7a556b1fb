// Matrix products (formula in kernels/cuda/matmul.h): chooses who computes them, and the general
// product of the project's own.
//   few rows or columns, or little K         kernels/matmul_thin_cuda.cu
//   the library offers it, and is wanted     kernels/cuda/matmul_cublaslt.cc (cuBLASLt)
//   else                                     below
//
// Operations: 2 M N K. Bytes: each 64 x 64 tile reads 64 K of both factors, mostly from L2, so a
// product moves M N K / 32 elements.
//
// Design: tiles of kernels/cuda/tile_sums.h (mma.sync for bfloat16 and, on demand, tf32; fp32 FMA
// else, since tensor cores have no products of 24 bits). Factors come by cp.async in 4 stages of 64
// bytes of K, in shared memory as they lie in global memory, whichever way; ldmatrix transposes
// where it must. Where a product has fewer tiles than a device has room for, K is cut into slices
// whose sums are added up afterwards in order; how many depends on the sizes alone.
#include "kernels/cuda/matmul.h"

#include <algorithm>
#include <type_traits>

#include "kernels/cuda/launch.h"
#include "kernels/cuda/matmul_tile.h"
#include "kernels/cuda/own_matmul.h"
#include "kernels/cuda/pointwise.h"
#include "kernels/cuda/tile_math.h"

namespace storyteller {
namespace {

/// A product, cut into slices of `share` of K.
template <class T>
struct TiledProduct {
  StridedProduct<T> of;
  int64_t a_stride, b_stride;
  bool a_vectorised, b_vectorised, c_vectorised;
  int64_t share;
  float* parts;  ///< (slices,M,N) out; null: there is one slice, which is finished
};

/// The block's sums to memory, W columns at a time.
template <int W, class F>
__device__ inline void for_each_sum(const float* sums, int64_t rows, int64_t columns, F&& f) {
  for (int v = static_cast<int>(threadIdx.x); v < kTile * kTile / W; v += kTileThreads) {
    const int row = v / (kTile / W), column = v % (kTile / W) * W;
    if (row >= rows || column >= columns) continue;
    float sum[W];
#pragma unroll
    for (int k = 0; k < W; ++k) sum[k] = sums[row * kSumRow + column + k];
    f(row, column, sum);
  }
}

/// blockIdx.x counts tiles along N first, so that blocks that run together read the same rows of a;
/// blockIdx.y is the slice of K.
// compiled: no stack
template <class T, TileMath kMath, SliceLayout kA, SliceLayout kB>
__global__ void __launch_bounds__(kTileThreads, 4) matmul_tile_kernel(TiledProduct<T> p) {
  SharedMemory shared;
  const StridedProduct<T>& of = p.of;
  const int64_t across = (of.N + kTile - 1) / kTile;
  const int64_t m0 = blockIdx.x / across * kTile, n0 = blockIdx.x % across * kTile;
  const int64_t begin = blockIdx.y * p.share, end = std::min(begin + p.share, of.K);
  const MatrixFactor<T, kA> a{of.a + m0 * of.a_m, p.a_stride, of.M - m0, end, p.a_vectorised};
  const MatrixFactor<T, kB> b{of.b + n0 * of.b_n, p.b_stride, of.N - n0, end, p.b_vectorised};
  const float* sums = multiply_staged<kMath>(a, b, begin, end, shared);
  if (p.parts != nullptr) {
    float* part = p.parts + (blockIdx.y * of.M + m0) * of.N + n0;
    for_each_sum<1>(sums, of.M - m0, of.N - n0, [&](int row, int column, float(&sum)[1]) {
      part[row * of.N + column] = sum[0];
    });
  } else if (p.c_vectorised) {
    for_each_sum<kLanes<T>>(sums, of.M - m0, of.N - n0,
                            [&](int row, int column, float(&sum)[kLanes<T>]) {
                              of.end.finish(m0 + row, n0 + column, sum);
                            });
  } else {
    for_each_sum<1>(sums, of.M - m0, of.N - n0, [&](int row, int column, float(&sum)[1]) {
      of.end.finish(m0 + row, n0 + column, sum);
    });
  }
}

// compiled: no stack
template <class T>
__global__ void __launch_bounds__(kPointwiseThreads)
    matmul_add_parts_kernel(const float* parts, int64_t slices, int64_t M, int64_t N,
                            ProductEnd<T> end) {
  for_each_vector<1>(M * N, [&](int64_t i) {
    float sum[1] = {};
    for (int64_t slice = 0; slice < slices; ++slice) sum[0] += parts[slice * M * N + i];
    end.finish(i / N, i % N, sum);
  });
}

int64_t tiles_of(int64_t M, int64_t N) { return divide_up(M, kTile) * divide_up(N, kTile); }

/// How much of K a block works on: all, where there are tiles enough.
template <class T>
int64_t share_of(int64_t M, int64_t N, int64_t K) {
  constexpr int64_t kBlocks = 128, kLeastSteps = 8;
  const int64_t wanted = std::max<int64_t>(1, kBlocks / tiles_of(M, N));
  const int64_t slices =
      std::clamp<int64_t>(K / (kLeastSteps * kSlice<T>), 1, std::min(wanted, kMostBlocksAlongY));
  return divide_up(divide_up(K, slices), kSlice<T>) * kSlice<T>;
}

/// Calls f with the layout of a slice as a type.
template <class F>
void with_layout(bool along_k, F&& f) {
  if (along_k) {
    f(std::integral_constant<SliceLayout, SliceLayout::kAlongK>{});
  } else {
    f(std::integral_constant<SliceLayout, SliceLayout::kAcrossK>{});
  }
}

template <class T>
void tiled_matmul(const Cuda& backend, const Matmul<T>& given) {
  TiledProduct<T> p{.of = strided(given),
                    .a_stride = given.a_stride,
                    .b_stride = given.b_stride,
                    .a_vectorised = can_vectorise<T>(given.a_stride, given.a),
                    .b_vectorised = can_vectorise<T>(given.b_stride, given.b),
                    .c_vectorised = false,
                    .share = share_of<T>(given.M, given.N, given.K),
                    .parts = nullptr};
  p.c_vectorised = p.of.end.can_vectorise_columns(given.N);
  const int64_t slices = divide_up(given.K, p.share);
  if (slices > 1) {
    p.parts = static_cast<float*>(
        backend.context->scratch(static_cast<size_t>(slices * given.M * given.N) * sizeof(float)));
  }
  with_math<T>(backend, [&](auto math) {
    with_layout(!given.transpose_a, [&](auto a) {
      with_layout(given.transpose_b, [&](auto b) {
        launch(backend, "matmul",
               matmul_tile_kernel<T, decltype(math)::value, decltype(a)::value, decltype(b)::value>,
               {.grid = dim3(static_cast<unsigned>(tiles_of(given.M, given.N)),
                             static_cast<unsigned>(slices)),
                .block = kTileThreads,
                .shared_bytes = staged_tile_bytes<T>()},
               p);
      });
    });
  });
  if (slices > 1) {
    add_product_parts(backend, p.parts, slices, given.M, given.N, p.of.end);
  }
}

/// Rows that lie at odd multiples of 2 bytes, for which the library has slow kernels, or none.
template <class T>
bool has_odd_rows(const Matmul<T>& p) {
  if (sizeof(T) == 4) return false;
  const auto odd = [](const void* x) { return reinterpret_cast<uintptr_t>(x) % 4 != 0; };
  return p.a_stride % 2 != 0 || p.b_stride % 2 != 0 || odd(p.a) || odd(p.b) ||
         p.c_stride % 2 != 0 || odd(p.c);
}

}  // namespace

template <class T>
void add_product_parts(const Cuda& backend, const float* parts, int64_t slices, int64_t M,
                       int64_t N, const ProductEnd<T>& end) {
  launch(backend, "matmul, sum of parts", matmul_add_parts_kernel<T>, pointwise_shape(M * N, 1),
         parts, slices, M, N, end);
}

template <class T>
void own_matmul(Cuda backend, const Matmul<T>& p) {
  if (std::min(p.M, p.N) <= kThinColumns || p.K <= kThinDepth) {
    thin_matmul(backend, strided(p));
  } else {
    tiled_matmul(backend, p);
  }
}

template <class T>
void matmul(Cuda backend, const Matmul<T>& p) {
  const bool thin = p.M == 1 || p.N <= kThinColumns || p.K <= kThinDepth;
  const bool own = thin || has_odd_rows(p) || backend.context->options().own_products;
  if (own || !library_matmul(backend, p)) own_matmul(backend, p);
}

#define STORYTELLER_INSTANTIATE(T)                                                         \
  template void matmul<T>(Cuda, const Matmul<T>&);                                         \
  template void own_matmul<T>(Cuda, const Matmul<T>&);                                     \
  template void add_product_parts<T>(const Cuda&, const float*, int64_t, int64_t, int64_t, \
                                     const ProductEnd<T>&);
STORYTELLER_INSTANTIATE(float)
STORYTELLER_INSTANTIATE(bfloat16)
#undef STORYTELLER_INSTANTIATE

}  // namespace storyteller
