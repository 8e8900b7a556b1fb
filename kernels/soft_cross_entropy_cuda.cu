// Cross-entropy against a distribution with its gradient in place of the logits, and the softmax of
// which such a distribution is made (formulas in soft_cross_entropy.h; Hinton et al., 2015).
//
// Bytes: logits are read twice, the second time from the L2 cache, where the blocks under way keep
// their rows; the distribution is float, read once and, where it is made, written once. Of HBM that
// is 8NV in bfloat16 and 12NV in float for the loss with its gradient. Operations: two exponentials
// and about 15 others an element, so bound by memory. Floor on an H200 for 1,280 rows of 10,000
// words in bfloat16: 24 us.
//
// Design: a block a row, a pass of online softmax (kernels/cuda/online_softmax.h) and one that
// forms each probability from the row's maximum and sum. Rows are not held in registers as those of
// cross_entropy_cuda.cu: a distribution beside them would halve the blocks on a multiprocessor.
// Both kernels form a probability by the same operations in the same order, so that a student that
// says what its teacher says has a gradient of 0.
#include "kernels/soft_cross_entropy.h"

#include "kernels/cuda/launch.h"
#include "kernels/cuda/math.h"
#include "kernels/cuda/online_softmax.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/shared_memory.h"
#include "kernels/cuda/vector.h"
#include "kernels/cuda/word_row.h"

namespace storyteller {
namespace {

constexpr int kThreads = 512;

/// Maximum and sum of a row's exponentials, for all threads of the block.
template <int W, class T>
__device__ inline OnlineSum<T> sums_of(const T* x, int64_t V, float* partial) {
  OnlineSum<T> own;
#pragma unroll 2
  for (int64_t v = threadIdx.x * W; v < V; v += kThreads * W) {
    float e[W];
    load_words(x, v, V, e);
    own.add(e);
  }
  return block_merge(own, partial);
}

/// A masked row: neither loss nor gradient.
template <int W, class T>
__device__ inline void mask_row(const SoftCrossEntropy<T>& p, int64_t n) {
  if (threadIdx.x == 0) p.loss[n] = 0;
  if (!p.with_gradient) return;
  const float zero[W] = {};
  T* x = p.logits + n * p.stride;
  for (int64_t v = threadIdx.x * W; v < p.stride; v += kThreads * W) store(x + v, zero);
}

template <int W, class T>
__device__ inline void judge_row(const SoftCrossEntropy<T>& p, int64_t n, float* partial) {
  T* x = p.logits + n * p.stride;
  const float* q = p.q + n * p.stride;
  const float weight = p.weight == nullptr ? 1.0F : p.weight[n];
  const OnlineSum<T> row = sums_of<W>(x, p.V, partial);
  const float inverse = 1.0F / row.sum, factor = p.scale * weight;
  float expected = 0;  // sum_v q_v (x_v - largest)
#pragma unroll 2
  for (int64_t v = threadIdx.x * W; v < p.stride; v += kThreads * W) {
    float e[W], wanted[W], dx[W];
    load_words(x, v, p.V, e);
    load(q + v, wanted);
#pragma unroll
    for (int k = 0; k < W; ++k) {
      const bool is_word = v + k < p.V;
      const float shifted = e[k] - row.largest;
      if (is_word && wanted[k] != 0) expected += wanted[k] * shifted;
      dx[k] = is_word ? factor * (exp_for<T>(shifted) * inverse - wanted[k]) : 0.0F;
    }
    if (p.with_gradient) store(x + v, dx);
  }
  expected = block_sum(expected, partial);
  if (threadIdx.x == 0) p.loss[n] = weight * (logf(row.sum) - expected);
}

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kThreads, 2) soft_cross_entropy_kernel(SoftCrossEntropy<T> p) {
  auto* partial = SharedMemory().array<float>(kBlockPartials);
  const int64_t n = blockIdx.x;
  if (p.target != nullptr && p.target[n] < 0) {
    mask_row<W>(p, n);
  } else {
    judge_row<W>(p, n, partial);
  }
}

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kThreads, 2) add_softmax_kernel(AddSoftmax<T> p) {
  auto* partial = SharedMemory().array<float>(kBlockPartials);
  const int64_t n = blockIdx.x;
  const T* x = p.x + n * p.stride;
  float* q = p.q + n * p.stride;
  const OnlineSum<T> row = sums_of<W>(x, p.V, partial);
  const float inverse = 1.0F / row.sum;
#pragma unroll 2
  for (int64_t v = threadIdx.x * W; v < p.stride; v += kThreads * W) {
    float e[W], held[W] = {};
    load_words(x, v, p.V, e);
    if (p.accumulate) load(q + v, held);
#pragma unroll
    for (int k = 0; k < W; ++k) {
      const float more = p.scale * (exp_for<T>(e[k] - row.largest) * inverse);
      held[k] = v + k < p.V ? held[k] + more : 0.0F;
    }
    store(q + v, held);
  }
}

LaunchShape block_a_row(int64_t N) {
  return {.grid = dim3(static_cast<unsigned>(N)),
          .block = dim3(kThreads),
          .shared_bytes = shared_bytes<float>(kBlockPartials)};
}

}  // namespace

template <class T>
void soft_cross_entropy(Cuda backend, const SoftCrossEntropy<T>& given) {
  SoftCrossEntropy<T> p = given;
  if (p.stride == 0) p.stride = p.V;
  const bool vector = can_vectorise<T>(p.stride, p.logits, p.q);
  launch(backend, "soft_cross_entropy",
         vector ? soft_cross_entropy_kernel<T, kLanes<T>> : soft_cross_entropy_kernel<T, 1>,
         block_a_row(p.N), p);
}

template <class T>
void add_softmax(Cuda backend, const AddSoftmax<T>& given) {
  AddSoftmax<T> p = given;
  if (p.stride == 0) p.stride = p.V;
  const bool vector = can_vectorise<T>(p.stride, p.x, p.q);
  launch(backend, "add_softmax",
         vector ? add_softmax_kernel<T, kLanes<T>> : add_softmax_kernel<T, 1>, block_a_row(p.N), p);
}

template void soft_cross_entropy<float>(Cuda, const SoftCrossEntropy<float>&);
template void soft_cross_entropy<bfloat16>(Cuda, const SoftCrossEntropy<bfloat16>&);
template void add_softmax<float>(Cuda, const AddSoftmax<float>&);
template void add_softmax<bfloat16>(Cuda, const AddSoftmax<bfloat16>&);

}  // namespace storyteller
