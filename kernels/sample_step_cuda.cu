// One sampled word a row (formulas in sample_step.h; Gumbel, 1954; Maddison et al., 2014).
//
// Bytes: the logits are read once, 2BV in bfloat16. Operations: a quarter of Philox, about 20
// integer instructions, two logarithms and an exponential a word, 80 or so in all: at B = 64 and
// V = 10,000 about 2 us of arithmetic on an H200, beside 0.3 us for the bytes.
//
// Design: a block a row; each thread takes 16 bytes of words, which are whole outputs of Philox,
// and keeps its best word and its part of the sum of exponentials, so that one pass yields both.
// Scores that are equal go to the lower word at every stage, so neither the shape of the block nor
// the order of warps shows. Rows that vectors do not divide are read word by word, in the same
// groups.
#include "kernels/sample_step.h"

#include "kernels/cuda/launch.h"
#include "kernels/cuda/online_softmax.h"
#include "kernels/cuda/shared_memory.h"
#include "kernels/cuda/vector.h"
#include "kernels/cuda/word_row.h"
#include "kernels/philox.h"

namespace storyteller {
namespace {

constexpr int kThreads = 512;
constexpr int kDraws = 4;  // words that share one output of Philox

/// -log(-log(1 - u)). Of u near 0, which decides, float keeps all the bits; 1 itself is left out.
__device__ inline float gumbel(uint32_t bits) {
  const float u = fminf((static_cast<float>(bits) + 0.5F) * 0x1p-32F, 1 - 0x1p-24F);
  return -logf(-log1pf(-u));
}

struct Candidate {
  float score = -INFINITY;
  int word = 0;

  __device__ void meet(const Candidate& other) {
    if (other.score > score || (other.score == score && other.word < word)) *this = other;
  }
};

/// The best of the warp, in every lane.
__device__ inline Candidate warp_best(Candidate best) {
#pragma unroll
  for (int step = kWarp / 2; step > 0; step /= 2) {
    Candidate other;
    other.score = __shfl_xor_sync(kAllLanes, best.score, step);
    other.word = __shfl_xor_sync(kAllLanes, best.word, step);
    best.meet(other);
  }
  return best;
}

/// The best of the block, in every lane of the first warp. `of_warp` is shared memory, one a warp.
__device__ inline Candidate block_best(Candidate best, Candidate* of_warp) {
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  best = warp_best(best);
  if (lane == 0) of_warp[warp] = best;
  __syncthreads();
  if (warp == 0) best = warp_best(lane < kThreads / kWarp ? of_warp[lane] : Candidate{});
  return best;
}

/// W words from v on, -infinity behind the last.
template <int W, bool kVector, class T>
__device__ inline void load_group(const T* x, int64_t v, int64_t V, float (&logit)[W]) {
  if constexpr (kVector) {
    load_words(x, v, V, logit);
  } else {
#pragma unroll
    for (int k = 0; k < W; ++k) logit[k] = v + k < V ? widen(x[v + k]) : -INFINITY;
  }
}

// compiled: no stack, 16-byte loads
template <class T, bool kVector>
__global__ void __launch_bounds__(kThreads) sample_step_kernel(SampleStep<T> p) {
  constexpr int W = kLanes<T>;
  SharedMemory shared;
  auto* partial = shared.array<float>(kBlockPartials);
  auto* of_warp = shared.array<Candidate>(kThreads / kWarp);
  const int64_t b = blockIdx.x;
  const T* x = p.logits + b * p.stride;
  const bool greedy = p.temperature == 0;
  const float inverse = greedy ? 1.0F : 1.0F / p.temperature;
  const uint64_t row_key = greedy ? 0 : p.row_key[b];

  OnlineSum<T> sum;
  Candidate best;
  for (int64_t v = threadIdx.x * W; v < p.V; v += kThreads * W) {
    float logit[W];
    load_group<W, kVector>(x, v, p.V, logit);
    sum.add(logit);
#pragma unroll
    for (int first = 0; first < W; first += kDraws) {
      std::array<uint32_t, 4> bits = {};
      if (!greedy) bits = philox(p.key, row_key, static_cast<uint64_t>((v + first) / kDraws));
#pragma unroll
      for (int k = 0; k < kDraws; ++k) {
        const float noise = greedy ? 0.0F : gumbel(bits[k]);
        best.meet({logit[first + k] * inverse + noise, static_cast<int>(v) + first + k});
      }
    }
  }
  best = block_best(best, of_warp);
  const OnlineSum<T> all = block_merge(sum, partial);
  if (threadIdx.x != 0) return;
  p.word[b] = best.word;
  if (p.log_probability != nullptr) p.log_probability[b] = widen(x[best.word]) - all.log_sum();
}

}  // namespace

template <class T>
void sample_step(Cuda backend, const SampleStep<T>& given) {
  SampleStep<T> p = given;
  if (p.stride == 0) p.stride = p.V;
  launch(backend, "sample_step",
         can_vectorise<T>(p.stride, p.logits) ? sample_step_kernel<T, true>
                                              : sample_step_kernel<T, false>,
         {.grid = dim3(static_cast<unsigned>(p.B)),
          .block = kThreads,
          .shared_bytes =
              shared_bytes<float>(kBlockPartials) + shared_bytes<Candidate>(kThreads / kWarp)},
         p);
}

template void sample_step<float>(Cuda, const SampleStep<float>&);
template void sample_step<bfloat16>(Cuda, const SampleStep<bfloat16>&);

}  // namespace storyteller
