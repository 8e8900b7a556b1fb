// The deferred half of attention's gradient (formulas in attention.h): what all steps and rows owe
// to the keys, the values and the score weight, gathered once after the loop.
//
// Operations: TBLA hyperbolic tangents for dkeys and dscore_weight, 32 million at B = 64, T = 20,
// L = 49, A = 512: bound by the special-function unit. 2TBLD multiply-adds for dvalues. Bytes: keys
// and the gradients of the images once, for any number of steps: queries and dcontext of an image's
// rows are read again by each of its regions, out of the caches.
//
// Design: a thread owns 16 bytes of channels and adds over the rows of its image, found by the CSR
// map, in registers, in the order of rows and steps; it then adds to device memory once.
//   dkeys      a warp to a region and to 32 vectors of channels: the 8 warps of a block read the
//              same queries. The block adds up its score-weight gradients in the order of regions.
//   dweight    the blocks' sums lie in scratch and a second launch adds them in the order of
//              images: no atomics, the same bits every run.
//   dvalues    a warp to eight regions: each vector of dcontext that it reads serves all of them.
#include "kernels/attention.h"

#include "kernels/cuda/launch.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/score.h"
#include "kernels/cuda/shared_memory.h"
#include "kernels/cuda/step_bounds.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

constexpr int kThreads = 256, kWarps = kThreads / kWarp;
constexpr int kKeyRegions = kWarps;   // regions of a block of attention_keys_backward_kernel
constexpr int kValueRegions = 8;      // regions of a warp of attention_values_backward_kernel
constexpr int kWeightThreads = 1024;  // 32 channels by 32 shares of the partial sums

/// Calls f(n) for the packed rows n of all captions that look at image i, in a fixed order.
template <class T, class F>
__device__ inline void for_rows_of_image(const AttentionKeysBackward<T>& p, const StepBounds& steps,
                                         int64_t i, F&& f) {
  for (int32_t at = p.image_begin[i]; at < p.image_begin[i + 1]; ++at) {
    const int64_t row = p.image_rows[at];
    for (int t = 0; t < steps.steps; ++t) {
      if (steps.has(t, row)) f(steps.offset[t] + row);
    }
  }
}

/// dkeys of image i's region l, W channels from a on; dw: what they owe to the score weight.
template <class T, int W, ScoreFunction kScore>
__device__ inline void key_gradient(const AttentionKeysBackward<T>& p, const StepBounds& steps,
                                    int64_t i, int64_t l, int64_t a, float (&dw)[W]) {
  const int64_t at = (i * p.L + l) * p.A + a;
  float key[W], slopes[W] = {};
  load(p.keys + at, key);
  for_rows_of_image(p, steps, i, [&](int64_t n) {
    float query[W];
    load(p.query + n * p.A + a, query);
    const float de = p.de[n * p.L + l];
#pragma unroll
    for (int k = 0; k < W; ++k) {
      const float y = squash<T, kScore>(key[k] + query[k]);
      slopes[k] += de * squash_slope<kScore>(y);
      dw[k] += de * y;
    }
  });
  if (p.dkeys == nullptr) return;
  float dkey[W];
  load(p.score_weight + a, dkey);
#pragma unroll
  for (int k = 0; k < W; ++k) dkey[k] *= slopes[k];
  add_to(p.dkeys + at, dkey);
}

/// dkeys, and the sums of score-weight gradients of each image's groups of regions:
/// partial (I * groups, A); null: not wanted.
// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W, ScoreFunction kScore>
__global__ void __launch_bounds__(kThreads, 4)
    attention_keys_backward_kernel(const AttentionKeysBackward<T> p, const StepBounds steps,
                                   float* partial) {
  SharedMemory shared;
  float* of_warps = shared.array<float>(kThreads * W);
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  const int64_t tiles = (p.A / W + kWarp - 1) / kWarp;
  const int64_t groups = (p.L + kKeyRegions - 1) / kKeyRegions;
  for (int64_t piece = blockIdx.x; piece < p.I * groups * tiles; piece += gridDim.x) {
    const int64_t group = piece / tiles, first = piece % tiles * kWarp * W, a = first + lane * W;
    const int64_t l = group % groups * kKeyRegions + warp;
    float dw[W] = {};
    if (l < p.L && a < p.A) key_gradient<T, W, kScore>(p, steps, group / groups, l, a, dw);
    if (partial == nullptr) continue;
    store(of_warps + threadIdx.x * W, dw);
    __syncthreads();
    for (int c = threadIdx.x; c < kWarp * W; c += kThreads) {
      float sum = 0;
#pragma unroll
      for (int w = 0; w < kWarps; ++w) sum += of_warps[w * kWarp * W + c];
      if (first + c < p.A) partial[group * p.A + first + c] = sum;
    }
    __syncthreads();
  }
}

/// dscore_weight += the sums of `count` groups of regions. A block takes 32 channels; its 32 warps
/// share the groups, and their sums are added in order.
// compiled: no stack
template <class T>
__global__ void __launch_bounds__(kWeightThreads)
    attention_score_weight_backward_kernel(const float* partial, T* dscore_weight, int64_t count,
                                           int64_t A) {
  SharedMemory shared;
  float* of_warps = shared.array<float>(kWeightThreads);
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  constexpr int kShares = kWeightThreads / kWarp;
  for (int64_t first = int64_t{blockIdx.x} * kWarp; first < A;
       first += int64_t{gridDim.x} * kWarp) {
    const int64_t a = first + lane;
    float sum = 0;
    if (a < A) {
#pragma unroll 4
      for (int64_t g = warp; g < count; g += kShares) sum += partial[g * A + a];
    }
    of_warps[threadIdx.x] = sum;
    __syncthreads();
    if (warp == 0 && a < A) {
      sum = widen(dscore_weight[a]);
      for (int w = 0; w < kShares; ++w) sum += of_warps[w * kWarp + lane];
      dscore_weight[a] = narrow<T>(sum);
    }
    __syncthreads();
  }
}

/// dvalues, a warp to kValueRegions regions and to 32 vectors of features.
// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kThreads)
    attention_values_backward_kernel(const AttentionKeysBackward<T> p, const StepBounds steps) {
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  const int64_t tiles = (p.D / W + kWarp - 1) / kWarp;
  const int64_t groups = (p.L + kValueRegions - 1) / kValueRegions;
  const int64_t stride = int64_t{gridDim.x} * kWarps;
  for (int64_t piece = int64_t{blockIdx.x} * kWarps + warp; piece < p.I * groups * tiles;
       piece += stride) {
    const int64_t d = (piece % tiles * kWarp + lane) * W;
    const int64_t l = piece / tiles % groups * kValueRegions, i = piece / tiles / groups;
    if (d >= p.D) continue;
    const int regions = static_cast<int>(p.L - l < kValueRegions ? p.L - l : kValueRegions);
    float sum[kValueRegions][W] = {};
    for_rows_of_image(p, steps, i, [&](int64_t n) {
      float dcontext[W];
      load(p.dcontext + n * p.D + d, dcontext);
#pragma unroll
      for (int j = 0; j < kValueRegions; ++j) {
        if (j >= regions) break;
        const float alpha = p.alpha[n * p.L + l + j];
#pragma unroll
        for (int k = 0; k < W; ++k) sum[j][k] += alpha * dcontext[k];
      }
    });
#pragma unroll
    for (int j = 0; j < kValueRegions; ++j) {
      if (j >= regions) break;
      add_to(p.dvalues + (i * p.L + l + j) * p.D + d, sum[j]);
    }
  }
}

template <class T, int W>
void keys_of_width(Cuda backend, const AttentionKeysBackward<T>& p, const StepBounds& steps,
                   float* partial) {
  const int64_t groups = p.I * divide_up(p.L, kKeyRegions);
  launch(backend, "attention_keys_backward",
         p.score == ScoreFunction::kTanh
             ? attention_keys_backward_kernel<T, W, ScoreFunction::kTanh>
             : attention_keys_backward_kernel<T, W, ScoreFunction::kRelu>,
         {.grid = grid_for(groups * divide_up(p.A / W, kWarp), 1),
          .block = kThreads,
          .shared_bytes = shared_bytes<float>(kThreads * W)},
         p, steps, partial);
  if (partial == nullptr) return;
  launch(backend, "attention_score_weight_backward", attention_score_weight_backward_kernel<T>,
         {.grid = grid_for(p.A, kWarp),
          .block = kWeightThreads,
          .shared_bytes = shared_bytes<float>(kWeightThreads)},
         partial, p.dscore_weight, groups, p.A);
}

template <class T, int W>
void values_of_width(Cuda backend, const AttentionKeysBackward<T>& p, const StepBounds& steps) {
  const int64_t pieces = p.I * divide_up(p.L, kValueRegions) * divide_up(p.D / W, kWarp);
  launch(backend, "attention_values_backward", attention_values_backward_kernel<T, W>,
         {.grid = grid_for(pieces, kWarps), .block = kThreads}, p, steps);
}

}  // namespace

template <class T>
void attention_keys_backward(Cuda backend, const AttentionKeysBackward<T>& p) {
  const bool vector_keys = can_vectorise<T>(p.A, p.keys, p.score_weight, p.query, p.dkeys);
  const bool vector_values = can_vectorise<T>(p.D, p.dcontext, p.dvalues);
  float* partial = nullptr;
  if (p.dscore_weight != nullptr) {
    const int64_t sums = p.I * divide_up(p.L, kKeyRegions) * p.A;
    partial =
        static_cast<float*>(backend.context->scratch(static_cast<size_t>(sums) * sizeof(float)));
  }
  for_step_runs(p.offset, p.steps, [&](const StepBounds& steps) {
    if (p.dkeys != nullptr || partial != nullptr) {
      vector_keys ? keys_of_width<T, kLanes<T>>(backend, p, steps, partial)
                  : keys_of_width<T, 1>(backend, p, steps, partial);
    }
    if (p.dvalues != nullptr) {
      vector_values ? values_of_width<T, kLanes<T>>(backend, p, steps)
                    : values_of_width<T, 1>(backend, p, steps);
    }
  });
}

template void attention_keys_backward<float>(Cuda, const AttentionKeysBackward<float>&);
template void attention_keys_backward<bfloat16>(Cuda, const AttentionKeysBackward<bfloat16>&);

}  // namespace storyteller
