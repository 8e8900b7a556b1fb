// Softmax cross-entropy and its gradient in place of the logits (formulas in cross_entropy.h;
// Szegedy et al., 2016, for the smoothing).
//
// Bytes: the logits are read once and their gradient written once, 4NV in bfloat16 and 8NV in
// float, half of it without the gradient. Operations: one exponential and about 10 others an
// element, so bound by memory. Floor on an H200 for 1,280 rows of 10,000 words in bfloat16: 9 us
// where the GEMM has left the logits in the L2 cache, 12 us from HBM.
//
// Design: a block a row. Up to 12,288 words the row stays in registers between the maximum, the
// sum and the gradient, 16 or 48 elements a thread (the two sizes that are compiled; a loop over
// the elements is unrolled, since registers cannot be indexed). A longer row is read a second time
// for the gradient, after a pass of online softmax (kernels/cuda/online_softmax.h). Its blocks are
// large, so that few rows are under way at once and the second reading finds them in the L2 cache.
// Rows that do not begin at multiples of 16 bytes take the instantiations with one element an
// access; the engine's do, whatever the vocabulary (padded_width in core/ops/ops.h).
#include "kernels/cross_entropy.h"

#include "kernels/cuda/launch.h"
#include "kernels/cuda/math.h"
#include "kernels/cuda/online_softmax.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/shared_memory.h"
#include "kernels/cuda/vector.h"
#include "kernels/cuda/word_row.h"

namespace storyteller {
namespace {

constexpr int kHeldThreads = 256, kTiledThreads = 512;
constexpr int kFewHeld = 16, kMostHeld = 48;  // elements a thread, of a row in registers

/// What a row's loss and gradient need besides the exponentials.
struct RowSums {
  float largest;  ///< max_v x_v
  float sum;      ///< sum_v exp(x_v - largest)
  float total;    ///< sum_v x_v; 0 without smoothing
};

template <class T>
__device__ inline float loss_of(const CrossEntropy<T>& p, const RowSums& row, float chosen,
                                float weight) {
  const float log_sum = row.largest + logf(row.sum);
  float loss = (1 - p.smoothing) * (log_sum - chosen);
  if (p.smoothing > 0) loss += p.smoothing * (log_sum - row.total / static_cast<float>(p.V));
  return weight * loss;
}

/// dlogits of the elements v to v + W from their exponentials e.
template <int W, class T>
__device__ inline void store_gradient(const CrossEntropy<T>& p, const RowSums& row, float weight,
                                      T* x, int64_t v, int64_t target, const float (&e)[W]) {
  const float factor = p.scale * weight, inverse = factor / row.sum;
  const float shift = factor * p.smoothing / static_cast<float>(p.V);
  const float hit = factor * (1 - p.smoothing);
  float dx[W];
#pragma unroll
  for (int k = 0; k < W; ++k) {
    const float word = e[k] * inverse - shift - (v + k == target ? hit : 0.0F);
    dx[k] = v + k < p.V ? word : 0.0F;
  }
  store(x + v, dx);
}

/// A masked row: neither loss nor gradient.
template <int W, class T>
__device__ inline void mask_row(const CrossEntropy<T>& p, int64_t n) {
  if (threadIdx.x == 0) p.loss[n] = 0;
  if (!p.with_gradient) return;
  const float zero[W] = {};
  T* x = p.logits + n * p.stride;
  for (int64_t v = threadIdx.x * W; v < p.stride; v += blockDim.x * W) store(x + v, zero);
}

/// A row of at most kHeld elements a thread, which stay in registers.
template <int W, int kHeld, class T>
__device__ inline void held_row(const CrossEntropy<T>& p, int64_t n, float* partial) {
  T* x = p.logits + n * p.stride;
  const int V = static_cast<int>(p.V), end = static_cast<int>(p.stride), target = p.target[n];
  const float weight = p.weight == nullptr ? 1.0F : p.weight[n];
  const float chosen = widen(x[target]);
  const auto element = [](int i) { return (i * kHeldThreads + static_cast<int>(threadIdx.x)) * W; };

  constexpr int kVectors = kHeld / W;
  float e[kVectors][W];
  RowSums row = {-INFINITY, 0, 0};
#pragma unroll
  for (int i = 0; i < kVectors; ++i) {
    if (element(i) < V) {
      load_words(x, element(i), V, e[i]);
#pragma unroll
      for (int k = 0; k < W; ++k) row.total += element(i) + k < V ? e[i][k] : 0.0F;
    } else {
#pragma unroll
      for (int k = 0; k < W; ++k) e[i][k] = -INFINITY;
    }
#pragma unroll
    for (int k = 0; k < W; ++k) row.largest = fmaxf(row.largest, e[i][k]);
  }
  row.largest = block_max(row.largest, partial);
  if (p.smoothing > 0) row.total = block_sum(row.total, partial);
#pragma unroll
  for (int i = 0; i < kVectors; ++i) {
#pragma unroll
    for (int k = 0; k < W; ++k) {
      e[i][k] = exp_for<T>(e[i][k] - row.largest);
      row.sum += e[i][k];
    }
  }
  row.sum = block_sum(row.sum, partial);

  if (threadIdx.x == 0) p.loss[n] = loss_of(p, row, chosen, weight);
  if (!p.with_gradient) return;
#pragma unroll
  for (int i = 0; i < kVectors; ++i) {
    if (element(i) < end) store_gradient(p, row, weight, x, element(i), target, e[i]);
  }
}

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W, int kHeld>
__global__ void __launch_bounds__(kHeldThreads) cross_entropy_held_kernel(CrossEntropy<T> p) {
  auto* partial = SharedMemory().array<float>(kBlockPartials);
  const int64_t n = blockIdx.x;
  if (p.target[n] < 0) {
    mask_row<W>(p, n);
  } else {
    held_row<W, kHeld>(p, n, partial);
  }
}

/// The sums of a row in one pass, for all threads of the block.
template <int W, class T>
__device__ inline RowSums online_sums(const CrossEntropy<T>& p, const T* x, float* partial) {
  OnlineSum<T> own;
  float total = 0;
#pragma unroll 2
  for (int64_t v = threadIdx.x * W; v < p.V; v += kTiledThreads * W) {
    float e[W];
    load_words(x, v, p.V, e);
#pragma unroll
    for (int k = 0; k < W; ++k) total += v + k < p.V ? e[k] : 0.0F;
    own.add(e);
  }
  const OnlineSum<T> all = block_merge(own, partial);
  return {all.largest, all.sum, p.smoothing > 0 ? block_sum(total, partial) : 0.0F};
}

/// A row of any length, read twice where its gradient is wanted.
template <int W, class T>
__device__ inline void tiled_row(const CrossEntropy<T>& p, int64_t n, float* partial) {
  T* x = p.logits + n * p.stride;
  const int target = p.target[n];
  const float weight = p.weight == nullptr ? 1.0F : p.weight[n];
  const float chosen = widen(x[target]);
  const RowSums row = online_sums<W>(p, x, partial);
  if (threadIdx.x == 0) p.loss[n] = loss_of(p, row, chosen, weight);
  if (!p.with_gradient) return;
#pragma unroll 2
  for (int64_t v = threadIdx.x * W; v < p.stride; v += kTiledThreads * W) {
    float e[W];
    load_words(x, v, p.V, e);
#pragma unroll
    for (int k = 0; k < W; ++k) e[k] = exp_for<T>(e[k] - row.largest);
    store_gradient(p, row, weight, x, v, target, e);
  }
}

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kTiledThreads, 2) cross_entropy_tiled_kernel(CrossEntropy<T> p) {
  auto* partial = SharedMemory().array<float>(kBlockPartials);
  const int64_t n = blockIdx.x;
  if (p.target[n] < 0) {
    mask_row<W>(p, n);
  } else {
    tiled_row<W>(p, n, partial);
  }
}

template <class T, int W>
void launch_rows(Cuda backend, const CrossEntropy<T>& p) {
  const bool few = p.stride <= kHeldThreads * kFewHeld, held = p.stride <= kHeldThreads * kMostHeld;
  const auto kernel = few    ? cross_entropy_held_kernel<T, W, kFewHeld>
                      : held ? cross_entropy_held_kernel<T, W, kMostHeld>
                             : cross_entropy_tiled_kernel<T, W>;
  launch(backend, "cross_entropy", kernel,
         {.grid = dim3(static_cast<unsigned>(p.N)),
          .block = dim3(held ? kHeldThreads : kTiledThreads),
          .shared_bytes = shared_bytes<float>(kBlockPartials)},
         p);
}

}  // namespace

template <class T>
void cross_entropy(Cuda backend, const CrossEntropy<T>& given) {
  CrossEntropy<T> p = given;
  if (p.stride == 0) p.stride = p.V;
  if (can_vectorise<T>(p.stride, p.logits)) {
    launch_rows<T, kLanes<T>>(backend, p);
  } else {
    launch_rows<T, 1>(backend, p);
  }
}

template void cross_entropy<float>(Cuda, const CrossEntropy<float>&);
template void cross_entropy<bfloat16>(Cuda, const CrossEntropy<bfloat16>&);

}  // namespace storyteller
