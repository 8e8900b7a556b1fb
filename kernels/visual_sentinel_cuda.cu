// The visual sentinel of one decoder step (formulas in visual_sentinel.h; Lu et al., 2017).
//
// Bytes: forward reads key, query, score weight, sentinel and context and writes z, (3A + 3D)
// values a row, backward reads 3A + 3D and reads and writes 3A + 2D of them; 6 and 10 KB in
// bfloat16 at A = D = 512. Operations: A hyperbolic tangents a row, either way. Bound by launch
// latency at the rows of one step.
//
// Design: a block to a row, because the row's score is a sum over A that every element of z waits
// for, and its gradient a sum over D. Sums have a fixed order; every output has one owner.
#include "kernels/visual_sentinel.h"

#include "kernels/cuda/launch.h"
#include "kernels/cuda/math.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/score.h"
#include "kernels/cuda/shared_memory.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

constexpr int kThreads = 128;

/// Calls f(i) for every W-th i of a row of n elements; neighbouring threads get neighbouring
/// vectors. Not unrolled: rows are a pass or two, and ptxas would spill for more of them.
template <int W, class F>
__device__ inline void for_row(int64_t n, F&& f) {
#pragma unroll 1
  for (int64_t i = int64_t{threadIdx.x} * W; i < n; i += kThreads * W) f(i);
}

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W, ScoreFunction kScore>
__global__ void __launch_bounds__(kThreads)
    visual_sentinel_forward_kernel(const VisualSentinelForward<T> p) {
  SharedMemory shared;
  float* partial = shared.array<float>(kBlockPartials);
  for (int64_t b = blockIdx.x; b < p.B; b += gridDim.x) {
    float e = 0;
    for_row<W>(p.A, [&](int64_t a) {
      float key[W], query[W], weight[W];
      load(p.key + b * p.A + a, key);
      load(p.query + b * p.A + a, query);
      load(p.score_weight + a, weight);
#pragma unroll
      for (int k = 0; k < W; ++k) e += weight[k] * squash<T, kScore>(key[k] + query[k]);
    });
    e = block_sum(e, partial);
    const float share = sigmoid_for<float>(e - p.log_sum[b]), rest = 1 - share;
    if (threadIdx.x == 0) p.share[b] = share;
    for_row<1>(p.L, [&](int64_t l) { p.weights[b * p.L + l] = rest * p.alpha[b * p.L + l]; });
    for_row<W>(p.D, [&](int64_t d) {
      float context[W], sentinel[W];
      load(p.context + b * p.D + d, context);
      load(p.sentinel + b * p.D + d, sentinel);
#pragma unroll
      for (int k = 0; k < W; ++k) context[k] = rest * context[k] + share * sentinel[k];
      store(p.z + b * p.D + d, context);
    });
  }
}

/// What regions and sentinel get of the gradient of row b; returns the thread's part of dshare.
template <int W, class T>
__device__ inline float share_gradient(const VisualSentinelBackward<T>& p, int64_t b, float share) {
  const float rest = 1 - share;
  float dshare = 0;
  for_row<W>(p.D, [&](int64_t d) {
    float context[W], sentinel[W], dz[W];
    load(p.context + b * p.D + d, context);
    load(p.sentinel + b * p.D + d, sentinel);
    load(p.dz + b * p.D + d, dz);
#pragma unroll
    for (int k = 0; k < W; ++k) {
      dshare += dz[k] * (sentinel[k] - context[k]);
      context[k] = rest * dz[k];
      sentinel[k] = share * dz[k];
    }
    add_to(p.dcontext + b * p.D + d, context);
    add_to(p.dsentinel + b * p.D + d, sentinel);
  });
  if (p.dweights == nullptr) return dshare;
  for_row<1>(p.L, [&](int64_t l) {
    const int64_t at = b * p.L + l;
    dshare -= p.dweights[at] * p.alpha[at];
    p.dalpha[at] += rest * p.dweights[at];
  });
  return dshare;
}

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W, ScoreFunction kScore>
__global__ void __launch_bounds__(kThreads)
    visual_sentinel_backward_kernel(const VisualSentinelBackward<T> p) {
  SharedMemory shared;
  float* partial = shared.array<float>(kBlockPartials);
  for (int64_t b = blockIdx.x; b < p.B; b += gridDim.x) {
    const float share = p.share[b];
    const float dshare = block_sum(share_gradient<W>(p, b, share), partial);
    const float de = dshare * share * (1 - share);
    if (threadIdx.x == 0) p.dlog_sum[b] -= de;
    for_row<W>(p.A, [&](int64_t a) {
      const int64_t at = b * p.A + a;
      float key[W], query[W], weight[W];
      load(p.key + at, key);
      load(p.query + at, query);
      load(p.score_weight + a, weight);
#pragma unroll
      for (int k = 0; k < W; ++k) {
        const float y = squash<T, kScore>(key[k] + query[k]);
        key[k] = de * weight[k] * squash_slope<kScore>(y);
        weight[k] = de * y;
      }
      add_to(p.dkey + at, key);
      add_to(p.dquery + at, key);
      store(p.dscore_weight + at, weight);
    });
  }
}

LaunchShape shape_of(int64_t B) {
  return {.grid = grid_for(B, 1),
          .block = kThreads,
          .shared_bytes = shared_bytes<float>(kBlockPartials)};
}

template <class T, int W>
void forward_of_width(Cuda backend, const VisualSentinelForward<T>& p) {
  launch(backend, "visual_sentinel_forward",
         p.score == ScoreFunction::kTanh
             ? visual_sentinel_forward_kernel<T, W, ScoreFunction::kTanh>
             : visual_sentinel_forward_kernel<T, W, ScoreFunction::kRelu>,
         shape_of(p.B), p);
}

template <class T, int W>
void backward_of_width(Cuda backend, const VisualSentinelBackward<T>& p) {
  launch(backend, "visual_sentinel_backward",
         p.score == ScoreFunction::kTanh
             ? visual_sentinel_backward_kernel<T, W, ScoreFunction::kTanh>
             : visual_sentinel_backward_kernel<T, W, ScoreFunction::kRelu>,
         shape_of(p.B), p);
}

}  // namespace

template <class T>
void visual_sentinel_forward(Cuda backend, const VisualSentinelForward<T>& p) {
  const bool vector = can_vectorise<T>(p.A, p.key, p.query, p.score_weight) &&
                      can_vectorise<T>(p.D, p.sentinel, p.context, p.z);
  vector ? forward_of_width<T, kLanes<T>>(backend, p) : forward_of_width<T, 1>(backend, p);
}

template <class T>
void visual_sentinel_backward(Cuda backend, const VisualSentinelBackward<T>& p) {
  const bool vector =
      can_vectorise<T>(p.A, p.key, p.query, p.score_weight, p.dkey, p.dquery, p.dscore_weight) &&
      can_vectorise<T>(p.D, p.sentinel, p.context, p.dz, p.dsentinel, p.dcontext);
  vector ? backward_of_width<T, kLanes<T>>(backend, p) : backward_of_width<T, 1>(backend, p);
}

template void visual_sentinel_forward<float>(Cuda, const VisualSentinelForward<float>&);
template void visual_sentinel_forward<bfloat16>(Cuda, const VisualSentinelForward<bfloat16>&);
template void visual_sentinel_backward<float>(Cuda, const VisualSentinelBackward<float>&);
template void visual_sentinel_backward<bfloat16>(Cuda, const VisualSentinelBackward<bfloat16>&);

}  // namespace storyteller
