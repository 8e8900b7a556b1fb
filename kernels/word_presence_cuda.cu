// Which words belong to a picture, judged by a soft maximum over its regions (formulas in
// word_presence.h; Fang et al., 2015, section 3; Pinheiro and Collobert, 2015), forward and
// backward.
//
// Bytes: forward reads ILV scores once, 63 MB at I = 64, L = 49, V = 10,000 in bfloat16; backward
// reads x and reads and writes dx: bound by memory. Operations: two exponentials a score forward,
// one and a sigmoid backward.
//
// Design: forward, a thread owns 16 bytes of an image's words and walks over the regions with a
// running maximum and a sum relative to it, so that the scores are read once. Losses are summed in
// double, per block into scratch and in a second launch by one block: the same bits every run.
// Backward, a thread owns 16 bytes of scores; what belongs to the word comes from cache.
#include "kernels/word_presence.h"

#include "kernels/cuda/launch.h"
#include "kernels/cuda/partial_sums.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

constexpr int kThreads = 256;

/// log(1 + e^s) without overflow, at full precision for either storage: log1p is rare here.
__device__ inline float softplus(float s) { return fmaxf(s, 0) + log1pf(expf(-fabsf(s))); }

// compiled: no stack, 16-byte loads
template <class T, int W>
__global__ void __launch_bounds__(kThreads)
    word_presence_forward_kernel(const WordPresenceForward<T> p, double* partial) {
  SharedMemory shared;
  double* of_warps = shared.array<double>(kBlockPartials);
  const int64_t vectors = p.V / W, stride = int64_t{gridDim.x} * kThreads;
  double sum = 0;
  for (int64_t n = int64_t{blockIdx.x} * kThreads + threadIdx.x; n < p.I * vectors; n += stride) {
    const int64_t i = n / vectors, v = n % vectors * W;
    const T* x = p.x + i * p.L * p.V + v;
    float greatest[W], exponentials[W], score[W], present[W], weight[W];
    load(x, greatest);
#pragma unroll
    for (int k = 0; k < W; ++k) exponentials[k] = 1;
#pragma unroll 4
    for (int l = 1; l < static_cast<int>(p.L); ++l) {
      load(x + l * p.V, score);
#pragma unroll
      for (int k = 0; k < W; ++k) {
        const float most = fmaxf(greatest[k], score[k]);
        exponentials[k] = exponentials[k] * expf(p.sharpness * (greatest[k] - most)) +
                          expf(p.sharpness * (score[k] - most));
        greatest[k] = most;
      }
    }
    load(p.y + n * W, present);
    load(p.weight + v, weight);
#pragma unroll
    for (int k = 0; k < W; ++k) {
      const float s = greatest[k] + logf(exponentials[k] / static_cast<float>(p.L)) / p.sharpness;
      score[k] = s;
      sum += static_cast<double>(weight[k] * (softplus(s) - present[k] * s));
    }
    store(p.pooled + n * W, score);
  }
  sum = block_sum(sum, of_warps);
  if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}

template <class T, int W>
__global__ void __launch_bounds__(kThreads)
    word_presence_backward_kernel(const WordPresenceBackward<T> p) {
  const float share = *p.dloss / (static_cast<float>(p.I * p.words) * static_cast<float>(p.L));
  const int64_t vectors = p.V / W, stride = int64_t{gridDim.x} * kThreads;
  const int64_t count = p.I * p.L * vectors;
  for (int64_t n = int64_t{blockIdx.x} * kThreads + threadIdx.x; n < count; n += stride) {
    const int64_t i = n / vectors / p.L, v = n % vectors * W;
    float x[W], dx[W], pooled[W], present[W], weight[W];
    load(p.x + n * W, x);
    load(p.dx + n * W, dx);
    load(p.pooled + i * p.V + v, pooled);
    load(p.y + i * p.V + v, present);
    load(p.weight + v, weight);
#pragma unroll
    for (int k = 0; k < W; ++k) {
      const float sigmoid = 1 / (1 + expf(-pooled[k]));
      dx[k] += share * weight[k] * (sigmoid - present[k]) * expf(p.sharpness * (x[k] - pooled[k]));
    }
    store(p.dx + n * W, dx);
  }
}

}  // namespace

template <class T>
void word_presence_forward(Cuda backend, const WordPresenceForward<T>& p) {
  const int64_t words = p.words > 0 ? p.words : p.V;
  if (p.I * p.V == 0) return;
  const bool vector = can_vectorise<T>(p.V, p.x, p.y, p.weight, p.pooled);
  const dim3 grid = grid_for(p.I * p.V / (vector ? kLanes<T> : 1), kThreads);
  auto* partial = static_cast<double*>(backend.context->scratch(grid.x * sizeof(double)));
  launch(backend, "word_presence_forward",
         vector ? word_presence_forward_kernel<T, kLanes<T>> : word_presence_forward_kernel<T, 1>,
         {.grid = grid, .block = kThreads, .shared_bytes = shared_bytes<double>(kBlockPartials)}, p,
         partial);
  sum_partials(backend, "word_presence_loss", partial, grid.x, 1 / static_cast<double>(p.I * words),
               p.loss);
}

template <class T>
void word_presence_backward(Cuda backend, const WordPresenceBackward<T>& given) {
  WordPresenceBackward<T> p = given;
  if (p.words == 0) p.words = p.V;
  const bool vector = can_vectorise<T>(p.V, p.x, p.y, p.weight, p.pooled, p.dx);
  launch(
      backend, "word_presence_backward",
      vector ? word_presence_backward_kernel<T, kLanes<T>> : word_presence_backward_kernel<T, 1>,
      {.grid = grid_for(p.I * p.L * p.V / (vector ? kLanes<T> : 1), kThreads), .block = kThreads},
      p);
}

template void word_presence_forward<float>(Cuda, const WordPresenceForward<float>&);
template void word_presence_forward<bfloat16>(Cuda, const WordPresenceForward<bfloat16>&);
template void word_presence_backward<float>(Cuda, const WordPresenceBackward<float>&);
template void word_presence_backward<bfloat16>(Cuda, const WordPresenceBackward<bfloat16>&);

}  // namespace storyteller
