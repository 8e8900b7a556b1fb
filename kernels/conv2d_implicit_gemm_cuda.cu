// Convolution as a matrix product whose factors are never written down (formulas in conv2d.h;
// Chetlur et al., "cuDNN: Efficient primitives for deep learning", 2014).
//
//   forward          y (pixels,O)        = patches of x (pixels, taps C)   weight (O, taps C)ᵀ
//   input gradient   dx (pixels of x,C)  = patches of dy (., taps O)       weight (C, taps O)ᵀ
//   weight gradient  dweight (O, taps C) = dyᵀ (O, pixels)                 patches of x (pixels, .)
//
// Operations: 2 I OH OW O C/groups h w each. Bytes: each 64 x 64 tile reads 64 K of both factors,
// mostly from L2, so a product of M N K elements moves M N K / 32 elements: 32 operations a byte in
// bfloat16 (see docs/kernels/convolution.md).
//
// Design: tiles of kernels/cuda/implicit_gemm.h (mma.sync for bfloat16 and, on demand, tf32; fp32
// FMA else); a factor reads its 16-byte pieces straight from the picture and puts zeros where the
// window hangs over the edge. Where the channels of a group are no multiple of 16 bytes (a first
// layer's 3), elements are read one by one. The K of the weight gradient is pixels, tens of
// thousands of them, so it is cut into slices whose parts are added up afterwards in order. With a
// stride of 2 three of four products of the input gradient meet no pixel; they are multiplied
// anyway, as zeros.
#include <algorithm>
#include <type_traits>

#include "kernels/cuda/convolution_factors.h"
#include "kernels/cuda/epilogue.h"
#include "kernels/cuda/implicit_gemm.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/own_convolution.h"
#include "kernels/cuda/tile_math.h"

namespace storyteller {
namespace {

/// Sizes of a product, of one group.
struct ProductSizes {
  int64_t M, N, K;

  __host__ __device__ int64_t tiles_across() const { return (N + kTile - 1) / kTile; }
  __host__ __device__ int64_t tiles() const { return (M + kTile - 1) / kTile * tiles_across(); }
};

/// The block's sums to memory, W columns at a time.
template <int W, class T>
__device__ inline void finish_tile(const Epilogue<T>& epilogue, const float* sums, int64_t m0,
                                   int64_t n0, const ProductSizes& size, int64_t group) {
  for (int v = static_cast<int>(threadIdx.x); v < kTile * kTile / W; v += kTileThreads) {
    const int row = v / (kTile / W), column = v % (kTile / W) * W;
    if (m0 + row >= size.M || n0 + column >= size.N) continue;
    float sum[W];
#pragma unroll
    for (int k = 0; k < W; ++k) sum[k] = sums[row * kSumRow + column + k];
    epilogue.finish(m0 + row, group * size.N + n0 + column, sum);
  }
}

/// Forward, and the input's gradient where kTransposed. blockIdx.x counts tiles along N first, so
/// that blocks that run together read the same patches; blockIdx.z is the group.
// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, TileMath kMath, bool kTransposed, bool kVector>
__global__ void __launch_bounds__(kTileThreads)
    conv2d_implicit_gemm_kernel(Picture<T, kTransposed> p, const T* weight, Epilogue<T> epilogue,
                                ProductSizes size, bool vector_out) {
  SharedMemory shared;
  const int64_t group = blockIdx.z, across = size.tiles_across();
  const int64_t m0 = blockIdx.x / across * kTile, n0 = blockIdx.x % across * kTile;
  PatchFactor<T, kTransposed, kVector> a(p, m0, size.M, size.K, group);
  WeightFactor<T, kVector> b(weight + (group * size.N + n0) * size.K, size.N - n0, size.K);
  const float* sums = multiply_tile<kMath, T>(a, b, 0, size.K, shared);
  if (vector_out) {
    finish_tile<kLanes<T>>(epilogue, sums, m0, n0, size, group);
  } else {
    finish_tile<1>(epilogue, sums, m0, n0, size, group);
  }
}

/// parts[blockIdx.y] (groups, M outputs of a group, N taps and channels): the sum over the slice's
/// `share` pixels of K.
// compiled: no stack, 16-byte loads
template <class T, TileMath kMath, bool kVector>
__global__ void __launch_bounds__(kTileThreads)
    conv2d_implicit_gemm_weight_gradient_kernel(Picture<T, false> p, const T* dy, float* parts,
                                                ProductSizes size, int64_t share) {
  SharedMemory shared;
  const int64_t group = blockIdx.z, across = size.tiles_across();
  const int64_t m0 = blockIdx.x / across * kTile, n0 = blockIdx.x % across * kTile;
  const int64_t begin = blockIdx.y * share, end = std::min(begin + share, size.K);
  const int64_t outputs = gridDim.z * size.M;
  GradientFactor<T, kVector> a(dy + group * size.M + m0, outputs, size.M - m0, end);
  PatchColumnFactor<T, kVector> b(p, n0, size.N, end, group);
  const float* sums = multiply_tile<kMath, T>(a, b, begin, end, shared);
  float* part = parts + (blockIdx.y * outputs + group * size.M) * size.N;
  for (int v = static_cast<int>(threadIdx.x); v < kTile * kTile; v += kTileThreads) {
    const int row = v / kTile, column = v % kTile;
    if (m0 + row >= size.M || n0 + column >= size.N) continue;
    part[(m0 + row) * size.N + n0 + column] = sums[row * kSumRow + column];
  }
}

template <class T, bool kTransposed>
void launch_product(const Cuda& backend, const char* name, const Conv2dSizes& s, const T* picture,
                    const T* weight, const Epilogue<T>& epilogue) {
  const int64_t taps = s.window.height * s.window.width;
  const int64_t from = (kTransposed ? s.O : s.C) / s.groups;
  const int64_t to = (kTransposed ? s.C : s.O) / s.groups;
  const int64_t pixels = kTransposed ? s.H * s.W : s.out_height() * s.out_width();
  const ProductSizes size{s.I * pixels, to, taps * from};
  const Picture<T, kTransposed> p{picture, from * s.groups, static_cast<int>(from),
                                  Patches<kTransposed>(s)};
  const bool vector = can_vectorise<T>(from, picture, weight);
  const bool vector_out = can_vectorise<T>(to, epilogue.y, epilogue.bias, epilogue.residual);
  with_math<T>(backend, [&](auto math) {
    constexpr TileMath kMath = decltype(math)::value;
    launch(backend, name,
           vector ? conv2d_implicit_gemm_kernel<T, kMath, kTransposed, true>
                  : conv2d_implicit_gemm_kernel<T, kMath, kTransposed, false>,
           {.grid = dim3(static_cast<unsigned>(size.tiles()), 1, static_cast<unsigned>(s.groups)),
            .block = kTileThreads,
            .shared_bytes = tile_shared_bytes<T>()},
           p, weight, epilogue, size, vector_out);
  });
}

ProductSizes weight_gradient_sizes(const Conv2dSizes& s) {
  return {s.O / s.groups, s.window.height * s.window.width * (s.C / s.groups),
          s.I * s.out_height() * s.out_width()};
}

}  // namespace

template <class T>
void implicit_gemm_forward(Cuda backend, const Conv2dForward<T>& p) {
  launch_product<T, false>(backend, "conv2d_forward", p.sizes, p.x, static_cast<const T*>(p.packed),
                           {.y = p.y,
                            .stride = p.sizes.O,
                            .bias = p.bias,
                            .residual = p.residual,
                            .activation = p.activation});
}

template <class T>
void implicit_gemm_input_gradient(Cuda backend, const Conv2dBackward<T>& p, const T* packed) {
  launch_product<T, true>(backend, "conv2d_backward of x", p.sizes, p.dy, packed,
                          {.y = p.dx,
                           .stride = p.sizes.C,
                           .bias = nullptr,
                           .residual = nullptr,
                           .accumulate = p.accumulate_dx});
}

template <class T>
int implicit_gemm_slices(const Conv2dSizes& s) {
  constexpr int64_t kBlocks = 512, kLeastSteps = 4;
  const ProductSizes size = weight_gradient_sizes(s);
  const int64_t wanted = divide_up(kBlocks, size.tiles() * s.groups);
  return static_cast<int>(std::clamp<int64_t>(divide_up(size.K, kLeastSteps * kSlice<T>), 1,
                                              std::max<int64_t>(1, wanted)));
}

template <class T>
void implicit_gemm_weight_gradient(Cuda backend, const Conv2dBackward<T>& p,
                                   const WeightGradientParts& out) {
  const Conv2dSizes& s = p.sizes;
  const ProductSizes size = weight_gradient_sizes(s);
  const int64_t share = divide_up(divide_up(size.K, out.slices), kSlice<T>) * kSlice<T>;
  const Picture<T, false> picture{p.x, s.C, static_cast<int>(s.C / s.groups), Patches<false>(s)};
  const bool vector = can_vectorise<T>(s.C / s.groups, p.x) && can_vectorise<T>(size.M, p.dy);
  with_math<T>(backend, [&](auto math) {
    constexpr TileMath kMath = decltype(math)::value;
    launch(backend, "conv2d_backward of the weight",
           vector ? conv2d_implicit_gemm_weight_gradient_kernel<T, kMath, true>
                  : conv2d_implicit_gemm_weight_gradient_kernel<T, kMath, false>,
           {.grid = dim3(static_cast<unsigned>(size.tiles()), static_cast<unsigned>(out.slices),
                         static_cast<unsigned>(s.groups)),
            .block = kTileThreads,
            .shared_bytes = tile_shared_bytes<T>()},
           picture, p.dy, out.parts, size, share);
  });
}

#define STORYTELLER_INSTANTIATE(T)                                                         \
  template void implicit_gemm_forward<T>(Cuda, const Conv2dForward<T>&);                   \
  template void implicit_gemm_input_gradient<T>(Cuda, const Conv2dBackward<T>&, const T*); \
  template int implicit_gemm_slices<T>(const Conv2dSizes&);                                \
  template void implicit_gemm_weight_gradient<T>(Cuda, const Conv2dBackward<T>&,           \
                                                 const WeightGradientParts&);
STORYTELLER_INSTANTIATE(float)
STORYTELLER_INSTANTIATE(bfloat16)
#undef STORYTELLER_INSTANTIATE

}  // namespace storyteller
