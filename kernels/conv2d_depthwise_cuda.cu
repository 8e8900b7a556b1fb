// Depthwise convolution, one filter a channel (formulas in conv2d.h with groups = C = O; Howard et
// al., "MobileNets", 2017): forward, input gradient, weight gradient.
//
// Bytes: forward reads x and writes y once, taps being met in the cache; the input gradient reads
// dy and writes dx; the weight gradient reads both pictures. 2 h w operations an element of y: 4.5
// a byte at 3 x 3 in bfloat16, 12.5 at 5 x 5, bound by memory.
//
// Design: weights are packed (taps, C), so that a thread reads 16 bytes of channels of everything.
// A thread keeps its channels and walks over pixels (kernels/cuda/columns.h): the 3 x 3 and 5 x 5
// versions hold the whole filter in registers, as it is stored, and read nothing but the picture;
// other windows read their filter from the cache. The weight gradient sums each tap down the
// pixels, as a bias gradient does, in slices that are added up afterwards in order: all nine taps
// at once at 3 x 3, a row of five at 5 x 5, where 25 sums of 8 channels would not fit into
// registers.
#include <algorithm>

#include "kernels/cuda/columns.h"
#include "kernels/cuda/epilogue.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/own_convolution.h"
#include "kernels/cuda/patches.h"
#include "kernels/cuda/shared_memory.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

/// Side of a square window all taps of which are unrolled; kAnySide: of any other window.
constexpr int kAnySide = 0, kSide3 = 3, kSide5 = 5;

/// Adds the taps of one pixel. The filter of a window of kSide is `held`.
template <int kSide, bool kTransposed, class T, int W>
__device__ inline void add_taps(const Patches<kTransposed>& patches, int window_height,
                                const T* picture, const T* weight, int64_t C, int64_t channel,
                                int64_t pixel, const Vector<T, W>* held, float (&sum)[W]) {
  constexpr bool kUnrolled = kSide != kAnySide;
  const auto at = patches.pixel(static_cast<uint32_t>(pixel));
  const int height = kUnrolled ? kSide : window_height;
  const int width = kUnrolled ? kSide : patches.window_width;
#pragma unroll(kUnrolled ? kSide : 1)
  for (int r = 0; r < height; ++r) {
#pragma unroll(kUnrolled ? kSide : 1)
    for (int s = 0; s < width; ++s) {
      const int64_t index = patches.index(at, r, s);
      if (index < 0) continue;
      float x[W], w[W];
      load(picture + index * C + channel, x);
      if constexpr (kUnrolled) {
#pragma unroll
        for (int k = 0; k < W; ++k) w[k] = widen(held[r * kSide + s].lane[k]);
      } else {
        load(weight + int64_t{r * width + s} * C + channel, w);
      }
#pragma unroll
      for (int k = 0; k < W; ++k) sum[k] = fmaf(x[k], w[k], sum[k]);
    }
  }
}

/// Forward (x to y), or the input gradient (dy to dx) where kTransposed.
// compiled: no stack, only 16-byte accesses
template <class T, int W, int kSide, bool kTransposed>
__global__ void __launch_bounds__(kColumnThreads)
    conv2d_depthwise_kernel(Patches<kTransposed> patches, int window_height, const T* picture,
                            const T* weight, Epilogue<T> epilogue, int64_t pixels, int64_t C) {
  const ColumnWalk<W> at(C);
  if (!at.inside) return;
  Vector<T, W> held[kSide == kAnySide ? 1 : kSide * kSide];
  if constexpr (kSide != kAnySide) {
#pragma unroll
    for (int tap = 0; tap < kSide * kSide; ++tap) {
      held[tap] = *reinterpret_cast<const Vector<T, W>*>(weight + tap * C + at.column);
    }
  }
  for (int64_t pixel = at.row; pixel < pixels; pixel += at.step) {
    float sum[W] = {};
    add_taps<kSide>(patches, window_height, picture, weight, C, at.column, pixel, held, sum);
    epilogue.finish(pixel, at.column, sum);
  }
}

/// parts[slice] (taps, C): sums over the slice's pixels of dy x. blockIdx.z counts groups of
/// kRows rows of kColumns taps: all nine of a 3 x 3 window, so that dy is read once, a row of a
/// 5 x 5 window, or one tap of any other.
// compiled: no stack, only 16-byte accesses
template <class T, int W, int kRows, int kColumns>
__global__ void __launch_bounds__(kColumnThreads)
    conv2d_depthwise_weight_gradient_kernel(Patches<false> patches, const T* x, const T* dy,
                                            float* parts, int64_t pixels, int64_t C) {
  constexpr int kTaps = kRows * kColumns;
  SharedMemory shared;
  float* partial = shared.array<float>(kColumnPartials<W>);
  const ColumnWalk<W> at(C);
  const int first = static_cast<int>(blockIdx.z) * kTaps;
  const int first_r = first / patches.window_width, first_s = first % patches.window_width;
  float sum[kTaps][W] = {};
  if (at.inside) {
    for (int64_t n = at.row; n < pixels; n += at.step) {
      float g[W], value[W];
      load(dy + n * C + at.column, g);
      const auto pixel = patches.pixel(static_cast<uint32_t>(n));
#pragma unroll
      for (int tap = 0; tap < kTaps; ++tap) {
        const int64_t index =
            patches.index(pixel, first_r + tap / kColumns, first_s + tap % kColumns);
        if (index < 0) continue;
        load(x + index * C + at.column, value);
#pragma unroll
        for (int k = 0; k < W; ++k) sum[tap][k] = fmaf(g[k], value[k], sum[tap][k]);
      }
    }
  }
  const int64_t taps = int64_t{gridDim.z} * kTaps;
#pragma unroll
  for (int tap = 0; tap < kTaps; ++tap) {
    sum_rows_of_block(sum[tap], partial);
    if (at.inside && threadIdx.y == 0) {
      store(parts + (blockIdx.y * taps + first + tap) * C + at.column, sum[tap]);
    }
  }
}

/// kSide3 or kSide5 where the window has kernels of its own.
int unrolled_side(const Window& w) {
  const bool known = w.height == w.width && (w.height == kSide3 || w.height == kSide5);
  return known ? static_cast<int>(w.height) : kAnySide;
}

/// The kernel for a window of `side`, W channels a thread.
template <class T, int W, bool kTransposed>
auto depthwise_kernel(int side) {
  return side == kSide3   ? conv2d_depthwise_kernel<T, W, kSide3, kTransposed>
         : side == kSide5 ? conv2d_depthwise_kernel<T, W, kSide5, kTransposed>
                          : conv2d_depthwise_kernel<T, W, kAnySide, kTransposed>;
}

template <class T, int W>
auto weight_gradient_kernel(int side) {
  return side == kSide3   ? conv2d_depthwise_weight_gradient_kernel<T, W, kSide3, kSide3>
         : side == kSide5 ? conv2d_depthwise_weight_gradient_kernel<T, W, 1, kSide5>
                          : conv2d_depthwise_weight_gradient_kernel<T, W, 1, 1>;
}

/// How many groups of taps the kernel of that side sums apart.
unsigned weight_gradient_groups(const Window& w, int side) {
  if (side == kSide3) return 1;
  return static_cast<unsigned>(side == kSide5 ? w.height : w.height * w.width);
}

template <bool kTransposed, class T>
void launch_depthwise(const Cuda& backend, const char* name, const Conv2dSizes& s, const T* picture,
                      const T* weight, const Epilogue<T>& epilogue) {
  const Patches<kTransposed> patches(s);
  const int64_t pixels = s.I * patches.rows * patches.columns;
  const bool vector =
      can_vectorise<T>(s.C, picture, weight, epilogue.y, epilogue.bias, epilogue.residual);
  const int side = unrolled_side(s.window);
  constexpr int W = kLanes<T>;
  auto* kernel = vector ? depthwise_kernel<T, W, kTransposed>(side)
                        : depthwise_kernel<T, 1, kTransposed>(side);
  launch(backend, name, kernel, column_shape(pixels, s.C, vector ? W : 1, kMostBlocksAlongY),
         patches, static_cast<int>(s.window.height), picture, weight, epilogue, pixels, s.C);
}

}  // namespace

template <class T>
void depthwise_forward(Cuda backend, const Conv2dForward<T>& p) {
  launch_depthwise<false>(backend, "conv2d_forward depthwise", p.sizes, p.x,
                          static_cast<const T*>(p.packed),
                          Epilogue<T>{.y = p.y,
                                      .stride = p.sizes.O,
                                      .bias = p.bias,
                                      .residual = p.residual,
                                      .activation = p.activation});
}

template <class T>
void depthwise_input_gradient(Cuda backend, const Conv2dBackward<T>& p, const T* packed) {
  launch_depthwise<true>(backend, "conv2d_backward of x, depthwise", p.sizes, p.dy, packed,
                         Epilogue<T>{.y = p.dx,
                                     .stride = p.sizes.C,
                                     .bias = nullptr,
                                     .residual = nullptr,
                                     .accumulate = p.accumulate_dx});
}

template <class T>
int depthwise_slices(const Conv2dSizes& s) {
  const int W = s.C % kLanes<T> == 0 ? kLanes<T> : 1;
  return static_cast<int>(column_shape(s.I * s.out_height() * s.out_width(), s.C, W).grid.y);
}

template <class T>
void depthwise_weight_gradient(Cuda backend, const Conv2dBackward<T>& p,
                               const WeightGradientParts& out) {
  const Conv2dSizes& s = p.sizes;
  const int64_t pixels = s.I * s.out_height() * s.out_width();
  const bool vector = can_vectorise<T>(s.C, p.x, p.dy);
  const int side = unrolled_side(s.window);
  constexpr int W = kLanes<T>;
  auto* kernel = vector ? weight_gradient_kernel<T, W>(side) : weight_gradient_kernel<T, 1>(side);
  LaunchShape shape = column_shape(pixels, s.C, vector ? W : 1, out.slices);
  // Every slice that is added up must be written: rows beyond the last make zeros.
  shape.grid.y = static_cast<unsigned>(out.slices);
  shape.grid.z = weight_gradient_groups(s.window, side);
  shape.shared_bytes =
      vector ? shared_bytes<float>(kColumnPartials<W>) : shared_bytes<float>(kColumnPartials<1>);
  launch(backend, "conv2d_backward of the weight, depthwise", kernel, shape, Patches<false>(s), p.x,
         p.dy, out.parts, pixels, s.C);
}

#define STORYTELLER_INSTANTIATE(T)                                                     \
  template void depthwise_forward<T>(Cuda, const Conv2dForward<T>&);                   \
  template void depthwise_input_gradient<T>(Cuda, const Conv2dBackward<T>&, const T*); \
  template int depthwise_slices<T>(const Conv2dSizes&);                                \
  template void depthwise_weight_gradient<T>(Cuda, const Conv2dBackward<T>&,           \
                                             const WeightGradientParts&);
STORYTELLER_INSTANTIATE(float)
STORYTELLER_INSTANTIATE(bfloat16)
#undef STORYTELLER_INSTANTIATE

}  // namespace storyteller
