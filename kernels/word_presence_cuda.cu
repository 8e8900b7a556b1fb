// Which words belong to a picture, judged by its surest region (formulas in word_presence.h; Maron
// 1998; Fang 2015, section 3), forward and backward.
//
// Bytes: forward reads ILV scores once, 63 MB at I = 64, L = 49, V = 10,000 in bfloat16: bound by
// memory. Backward touches one value in L, scattered: a 32-byte sector each of x and dx a word.
//
// Design: a thread owns 16 bytes of an image's words and walks over the regions, keeping the
// greatest score and its region in registers. Losses are summed in double, per block into scratch
// and in a second launch by one block: the same bits every run.
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
    float best[W], score[W], present[W];
    int region[W] = {};
    load(x, best);
#pragma unroll 4
    for (int l = 1; l < static_cast<int>(p.L); ++l) {
      load(x + l * p.V, score);
#pragma unroll
      for (int k = 0; k < W; ++k) {
        if (score[k] > best[k]) {
          best[k] = score[k];
          region[k] = l;
        }
      }
    }
    load(p.y + n * W, present);
#pragma unroll
    for (int k = 0; k < W; ++k) {
      p.best_region[n * W + k] = region[k];
      sum += static_cast<double>(softplus(best[k]) - present[k] * best[k]);
    }
  }
  sum = block_sum(sum, of_warps);
  if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}

template <class T>
__global__ void __launch_bounds__(kThreads)
    word_presence_backward_kernel(const WordPresenceBackward<T> p) {
  const float share = *p.dloss / static_cast<float>(p.I * p.V);
  const int64_t stride = int64_t{gridDim.x} * kThreads;
  for (int64_t n = int64_t{blockIdx.x} * kThreads + threadIdx.x; n < p.I * p.V; n += stride) {
    const int64_t i = n / p.V, v = n % p.V;
    const int64_t at = (i * p.L + p.best_region[n]) * p.V + v;
    const float sigmoid = 1 / (1 + expf(-widen(p.x[at])));
    p.dx[at] = narrow<T>(widen(p.dx[at]) + share * (sigmoid - p.y[n]));
  }
}

}  // namespace

template <class T>
void word_presence_forward(Cuda backend, const WordPresenceForward<T>& p) {
  if (p.I * p.V == 0) return;
  const bool vector = can_vectorise<T>(p.V, p.x, p.y, p.best_region);
  const dim3 grid = grid_for(p.I * p.V / (vector ? kLanes<T> : 1), kThreads);
  auto* partial = static_cast<double*>(backend.context->scratch(grid.x * sizeof(double)));
  launch(backend, "word_presence_forward",
         vector ? word_presence_forward_kernel<T, kLanes<T>> : word_presence_forward_kernel<T, 1>,
         {.grid = grid, .block = kThreads, .shared_bytes = shared_bytes<double>(kBlockPartials)}, p,
         partial);
  sum_partials(backend, "word_presence_loss", partial, grid.x, 1 / static_cast<double>(p.I * p.V),
               p.loss);
}

template <class T>
void word_presence_backward(Cuda backend, const WordPresenceBackward<T>& p) {
  launch(backend, "word_presence_backward", word_presence_backward_kernel<T>,
         {.grid = grid_for(p.I * p.V, kThreads), .block = kThreads}, p);
}

template void word_presence_forward<float>(Cuda, const WordPresenceForward<float>&);
template void word_presence_forward<bfloat16>(Cuda, const WordPresenceForward<bfloat16>&);
template void word_presence_backward<float>(Cuda, const WordPresenceBackward<float>&);
template void word_presence_backward<bfloat16>(Cuda, const WordPresenceBackward<bfloat16>&);

}  // namespace storyteller
