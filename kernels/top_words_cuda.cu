// The k most probable words of each row, with their log-probabilities (contract in top_words.h).
//
// Bytes: each row of logits is read once from device memory, 2V bytes in bfloat16: 6 MB for 320
// beams of 10,000 words. Operations: an exponential and a comparison a word.
//
// Design: one block a row, one pass. Every thread keeps the four greatest of its words in
// registers, and its part of the normaliser (kernels/cuda/online_softmax.h). Then k rounds: the
// warps lay out their best, everybody sees which is the block's, and the warp that owned it offers
// its next. A thread whose four are used up looks through its words again, out of the cache, for
// the next four: rare where k is small. A round costs one barrier.
#include "kernels/top_words.h"

#include "kernels/cuda/barred_words.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/online_softmax.h"
#include "kernels/cuda/shared_memory.h"
#include "kernels/cuda/vector.h"
#include "kernels/cuda/word_rank.h"
#include "kernels/cuda/word_row.h"

namespace storyteller {
namespace {

constexpr int kThreads = 256, kWarps = kThreads / kWarp;
constexpr int kKept = 4;  // candidates of a thread

/// The greatest candidates of a thread, greatest first.
struct Kept {
  WordRank of[kKept] = {};

  __device__ void offer(WordRank c) {
    if (c <= of[kKept - 1]) return;
#pragma unroll
    for (int i = kKept - 1; i >= 0; --i) {
      // One place down for all below c, c into the gap.
      const WordRank above = i > 0 ? of[i - 1] : ~kNoWord;
      of[i] = c > above ? above : (c > of[i] ? c : of[i]);
    }
  }
  __device__ void drop_first() {
#pragma unroll
    for (int i = 1; i < kKept; ++i) of[i - 1] = of[i];
    of[kKept - 1] = kNoWord;
  }
};

/// f(x, first word) for the vectors of a row that belong to this thread.
template <int W, class T, class F>
__device__ inline void for_words(const T* row, int64_t V, F&& f) {
  for (int v = threadIdx.x * W; v < V; v += kThreads * W) {
    float x[W];
    load_words(row, v, V, x);
    f(x, v);
  }
}

/// The thread's greatest candidates below `bound`.
template <int W, class T>
__device__ inline Kept best_below(const T* row, int64_t V, WordRank bound) {
  Kept kept;
  for_words<W>(row, V, [&](const float(&x)[W], int v) {
#pragma unroll
    for (int k = 0; k < W; ++k) {
      const WordRank c = word_rank(x[k], v + k);
      if (c < bound) kept.offer(c);
    }
  });
  return kept;
}

// compiled: no stack, 16-byte loads
template <class T, int W>
__global__ void __launch_bounds__(kThreads) top_words_kernel(const TopWords<T> p) {
  SharedMemory shared;
  float* of_warps = shared.array<float>(kBlockPartials);
  WordRank* offers = shared.array<WordRank>(2 * kWarps);  // of even and odd rounds
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  for (int64_t b = blockIdx.x; b < p.B; b += gridDim.x) {
    const T* row = p.logits + b * p.stride;
    bar_words<kThreads>(p, b);
    __syncthreads();
    OnlineSum<T> sum;
    Kept kept;
    for_words<W>(row, p.V, [&](const float(&x)[W], int v) {
      sum.add(x);
#pragma unroll
      for (int k = 0; k < W; ++k) kept.offer(word_rank(x[k], v + k));
    });
    const OnlineSum<T> all = block_merge(sum, of_warps);
    const float log_sum = logf(all.sum);  // of e^(logit - largest)

    WordRank of_warp = warp_max(kept.of[0]);
    for (int64_t i = 0; i < p.k; ++i) {
      WordRank* round = offers + i % 2 * kWarps;
      if (lane == 0) round[warp] = of_warp;
      __syncthreads();  // the other half is free: everybody has left the round before
      WordRank best = round[0];
#pragma unroll
      for (int w = 1; w < kWarps; ++w) best = round[w] > best ? round[w] : best;
      if (threadIdx.x == 0) {
        p.word[b * p.k + i] = best == kNoWord ? 0 : word_of(best);
        p.log_probability[b * p.k + i] =
            best == kNoWord ? -INFINITY : logit_of(best) - all.largest - log_sum;
      }
      if (best == kNoWord || of_warp != best) continue;  // the same for the whole warp
      if (kept.of[0] == best) {
        kept.drop_first();
        if (kept.of[0] == kNoWord) kept = best_below<W>(row, p.V, best);
      }
      of_warp = warp_max(kept.of[0]);
    }
  }
}

}  // namespace

template <class T>
void top_words(Cuda backend, const TopWords<T>& given) {
  TopWords<T> p = given;
  if (p.stride == 0) p.stride = p.V;
  const bool vector = can_vectorise<T>(p.stride, p.logits);
  launch(backend, "top_words", vector ? top_words_kernel<T, kLanes<T>> : top_words_kernel<T, 1>,
         {.grid = grid_for(p.B, 1),
          .block = kThreads,
          .shared_bytes = shared_bytes<float>(kBlockPartials) + shared_bytes<WordRank>(2 * kWarps)},
         p);
}

template void top_words<float>(Cuda, const TopWords<float>&);
template void top_words<bfloat16>(Cuda, const TopWords<bfloat16>&);

}  // namespace storyteller
