// Mean over the regions of each image (formulas in region_mean.h), forward and backward.
//
// Bytes: forward reads ILD values once and writes ID; backward reads ID and reads and writes ILD:
// bound by memory. Operations: one addition a value.
//
// Design: forward, a block takes 32 vectors of an image's features, side by side in the lanes of a
// warp; its 8 warps share the regions and their sums are added in order. Without that split I*D/8
// threads would have too few loads under way. Backward, a thread owns 16 bytes of dx.
#include "kernels/region_mean.h"

#include "kernels/cuda/launch.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/shared_memory.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

constexpr int kThreads = 256, kWarps = kThreads / kWarp;

// compiled: no stack, 16-byte loads
template <class T, int W>
__global__ void __launch_bounds__(kThreads)
    region_mean_forward_kernel(const RegionMeanForward<T> p) {
  SharedMemory shared;
  float* of_warps = shared.array<float>(kThreads * W);
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  const int64_t tiles = (p.D / W + kWarp - 1) / kWarp;
  for (int64_t piece = blockIdx.x; piece < p.I * tiles; piece += gridDim.x) {
    const int64_t i = piece / tiles, d = (piece % tiles * kWarp + lane) * W;
    float sum[W] = {}, other[W];
    if (d < p.D) {
#pragma unroll 4
      for (int64_t l = warp; l < p.L; l += kWarps) {
        load(p.x + (i * p.L + l) * p.D + d, other);
#pragma unroll
        for (int k = 0; k < W; ++k) sum[k] += other[k];
      }
    }
    store(of_warps + threadIdx.x * W, sum);
    __syncthreads();
    if (warp == 0 && d < p.D) {
      for (int w = 1; w < kWarps; ++w) {
        load(of_warps + (w * kWarp + lane) * W, other);
#pragma unroll
        for (int k = 0; k < W; ++k) sum[k] += other[k];
      }
#pragma unroll
      for (int k = 0; k < W; ++k) sum[k] /= static_cast<float>(p.L);
      store(p.mean + i * p.D + d, sum);
    }
    __syncthreads();
  }
}

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kThreads)
    region_mean_backward_kernel(const RegionMeanBackward<T> p) {
  const float share = 1 / static_cast<float>(p.L);
  const int64_t vectors = p.D / W, stride = int64_t{gridDim.x} * kThreads;
  for (int64_t v = int64_t{blockIdx.x} * kThreads + threadIdx.x; v < p.I * p.L * vectors;
       v += stride) {
    const int64_t i = v / vectors / p.L, d = v % vectors * W;
    float dx[W];
    load(p.dmean + i * p.D + d, dx);
#pragma unroll
    for (int k = 0; k < W; ++k) dx[k] *= share;
    add_to(p.dx + v * W, dx);
  }
}

template <class T, int W>
void forward_of_width(Cuda backend, const RegionMeanForward<T>& p) {
  launch(backend, "region_mean_forward", region_mean_forward_kernel<T, W>,
         {.grid = grid_for(p.I * divide_up(p.D / W, kWarp), 1),
          .block = kThreads,
          .shared_bytes = shared_bytes<float>(kThreads * W)},
         p);
}

}  // namespace

template <class T>
void region_mean_forward(Cuda backend, const RegionMeanForward<T>& p) {
  can_vectorise<T>(p.D, p.x, p.mean) ? forward_of_width<T, kLanes<T>>(backend, p)
                                     : forward_of_width<T, 1>(backend, p);
}

template <class T>
void region_mean_backward(Cuda backend, const RegionMeanBackward<T>& p) {
  const bool vector = can_vectorise<T>(p.D, p.dmean, p.dx);
  launch(
      backend, "region_mean_backward",
      vector ? region_mean_backward_kernel<T, kLanes<T>> : region_mean_backward_kernel<T, 1>,
      {.grid = grid_for(p.I * p.L * p.D / (vector ? kLanes<T> : 1), kThreads), .block = kThreads},
      p);
}

template void region_mean_forward<float>(Cuda, const RegionMeanForward<float>&);
template void region_mean_forward<bfloat16>(Cuda, const RegionMeanForward<bfloat16>&);
template void region_mean_backward<float>(Cuda, const RegionMeanBackward<float>&);
template void region_mean_backward<bfloat16>(Cuda, const RegionMeanBackward<bfloat16>&);

}  // namespace storyteller
