// Which words of a row may be drawn (formulas and order of the filters in filter_logits.h).
//
// Bytes: each row is read from device memory once and written once, 4BV in bfloat16. Operations:
// every look at the row takes an exponential and some integer instructions a word.
//
// Design: one block a row, nothing kept but sums. Every filter keeps a prefix of the words in some
// order, up to a bound on what they sum to, so it is the greatest rank from which the sum reaches
// the bound: two bits of the rank a look, from three sums at once. That is 16 looks at the row out
// of the cache for the 32 bits of a logit, and 11 for the id where logits tie; a sort would take
// shared memory for every word. Sums are of integers, so the shape of the block does not show.
// Looks need no more than one pass of barriers each; with V = 10,000 a filter takes about 20,000
// instructions a thread.
#include "kernels/filter_logits.h"

#include <algorithm>

#include "kernels/cuda/barred_words.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/shared_memory.h"
#include "kernels/cuda/vector.h"
#include "kernels/cuda/word_rank.h"
#include "kernels/cuda/word_row.h"

namespace storyteller {
namespace {

constexpr int kThreads = 256, kWarps = kThreads / kWarp;
constexpr int kSums = 3;            // of one look
constexpr int kIdBits = 22;         // of ids below 2^22
constexpr float kUnit = 0x1p40F;    // of weights
using Amount = unsigned long long;  // weights, or a number of words

/// e^s in whole units, none from -28 on; s <= 0. NaN has none either.
__device__ inline Amount weight_of(float s) {
  return s > -28 ? static_cast<Amount>(expf(s) * kUnit) : 0;
}

/// Less is earlier; distance >= 0.
__device__ inline WordRank rank_of_distance(float distance, int word) {
  return WordRank{~__float_as_uint(fabsf(distance))} << 32 | ~static_cast<unsigned>(word);
}

/// The sums of all threads of the block, in every thread. `partial` is shared memory, kSums a warp.
__device__ inline void block_sums(Amount (&x)[kSums], Amount* partial) {
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
#pragma unroll
  for (int i = 0; i < kSums; ++i) x[i] = warp_sum(x[i]);
  __syncthreads();  // everybody has read the sums before
  if (lane == 0) {
#pragma unroll
    for (int i = 0; i < kSums; ++i) partial[warp * kSums + i] = x[i];
  }
  __syncthreads();
#pragma unroll
  for (int i = 0; i < kSums; ++i) {
    x[i] = 0;
    for (int w = 0; w < kWarps; ++w) x[i] += partial[w * kSums + i];
  }
}

template <class T, int W>
struct Row {
  const T* x;
  int64_t V;
  float largest;   // the greatest logit
  float inverse;   // 1 / temperature
  WordRank least;  // what top-k, top-p and min-p leave
  Amount* partial;

  __device__ float scaled(float logit) const { return (logit - largest) * inverse; }

  /// f(word, logit) for this thread's words that are left.
  template <class F>
  __device__ void for_words(F&& f) const {
#pragma unroll 1  // unrolled, the many looks spill
    for (int64_t v = threadIdx.x * W; v < V; v += kThreads * W) {
      float logit[W];
      load_words(x, v, V, logit);
#pragma unroll
      for (int k = 0; k < W; ++k) {
        const int word = static_cast<int>(v) + k;
        if (word_rank(logit[k], word) >= least) f(word, logit[k]);
      }
    }
  }

  /// The greatest rank from which on amount(logit) sums to `bound`.
  template <class Rank, class AmountOf>
  __device__ WordRank shortest_prefix(Amount bound, Rank&& rank, AmountOf&& amount) const {
    WordRank from = 0;
    const auto narrow_down = [&](int shift) {
      Amount sum[kSums] = {};
      for_words([&](int word, float logit) {
        const WordRank r = rank(word, logit);
        const Amount a = amount(logit);
#pragma unroll
        for (int i = 0; i < kSums; ++i) {
          if (r >= from + (WordRank{i + 1U} << shift)) sum[i] += a;
        }
      });
      block_sums(sum, partial);
      int digit = 0;
#pragma unroll
      for (int i = 0; i < kSums; ++i) digit += sum[i] >= bound ? 1 : 0;
      from += static_cast<WordRank>(digit) << shift;
    };
    for (int shift = 62; shift >= 32; shift -= 2) narrow_down(shift);
    Amount equal[kSums] = {};
    for_words([&](int word, float logit) { equal[0] += rank(word, logit) >> 32 == from >> 32; });
    block_sums(equal, partial);
    if (equal[0] > 1) {
      from |= ~((WordRank{1} << kIdBits) - 1) & 0xFFFFFFFFU;
      for (int shift = kIdBits - 2; shift >= 0; shift -= 2) narrow_down(shift);
    }
    return from > kNoWord ? from : kNoWord + 1;
  }
};

/// The least integer above 0 that is a share of the whole.
__device__ inline Amount share_of(Amount whole, float share) {
  const double part = ceil(static_cast<double>(whole) * share);
  return part > 1 ? static_cast<Amount>(part) : 1;
}

// compiled: no stack, 16-byte loads
template <class T, int W>
__global__ void __launch_bounds__(kThreads) filter_logits_kernel(const FilterLogits<T> p) {
  SharedMemory shared;
  Amount* partial = shared.array<Amount>(kSums * kWarps);
  WordRank* of_warps = shared.array<WordRank>(kBlockPartials);
  for (int64_t b = blockIdx.x; b < p.B; b += gridDim.x) {
    T* x = p.logits + b * p.stride;
    bar_words<kThreads>(p, b);
    __syncthreads();
    Row<T, W> row{.x = x,
                  .V = p.V,
                  .largest = 0,
                  .inverse = 1 / p.temperature,
                  .least = kNoWord + 1,
                  .partial = partial};
    WordRank first = kNoWord;
    row.for_words([&](int word, float logit) {
      const WordRank rank = word_rank(logit, word);
      if (rank > first) first = rank;
    });
    first = block_reduce(first, kNoWord, of_warps, [](WordRank r) { return warp_max(r); });
    row.largest = logit_of(first);

    const auto rank = [](int word, float logit) { return word_rank(logit, word); };
    const auto weight = [&](float logit) { return weight_of(row.scaled(logit)); };
    Amount whole[kSums] = {};  // at temperature 1, at this one
    row.for_words([&](int, float logit) { whole[0] += weight_of(logit - row.largest); });
    block_sums(whole, partial);
    if (p.top_k > 0 && p.top_k < p.V) {
      row.least =
          row.shortest_prefix(static_cast<Amount>(p.top_k), rank, [](float) { return Amount{1}; });
    }
    if (p.top_p < 1) {
      Amount sum[kSums] = {};
      row.for_words([&](int, float logit) { sum[0] += weight(logit); });
      block_sums(sum, partial);
      row.least = row.shortest_prefix(share_of(sum[0], p.top_p), rank, weight);
    }
    if (p.min_p > 0) {
      const WordRank least = word_rank(row.largest + logf(p.min_p) * p.temperature, -1);
      if (least > row.least) row.least = least;
    }
    WordRank typical = 0;
    float mean = 0;
    const auto typical_rank = [&](int word, float logit) {
      return rank_of_distance(mean - row.scaled(logit), word);
    };
    if (p.typical_p < 1) {
      Amount sum[kSums] = {};
      row.for_words([&](int, float logit) {
        const Amount a = weight(logit);
        sum[0] += a;
        sum[1] += static_cast<Amount>(
            llround(static_cast<double>(row.scaled(logit)) * static_cast<double>(a)));
      });
      block_sums(sum, partial);
      mean = static_cast<float>(static_cast<double>(static_cast<long long>(sum[1])) /
                                static_cast<double>(sum[0]));
      typical = row.shortest_prefix(share_of(sum[0], p.typical_p), typical_rank, weight);
    }

    Amount kept[kSums] = {};  // no barrier: a thread writes the words that it alone has read
#pragma unroll 1
    for (int64_t v = threadIdx.x * W; v < p.V; v += kThreads * W) {
      float logit[W];
      load_words(x, v, p.V, logit);
#pragma unroll
      for (int k = 0; k < W; ++k) {
        const int word = static_cast<int>(v) + k;
        const WordRank r = word_rank(logit[k], word);
        const bool stays = r >= row.least &&
                           (typical == 0 || r == first || typical_rank(word, logit[k]) >= typical);
        if (stays) {
          kept[0] += weight_of(logit[k] - row.largest);
        } else {
          logit[k] = -INFINITY;
        }
      }
      store(x + v, logit);
    }
    block_sums(kept, partial);
    if (threadIdx.x == 0 && p.kept_log_probability != nullptr) {
      p.kept_log_probability[b] =
          static_cast<float>(log(static_cast<double>(kept[0]) / static_cast<double>(whole[0])));
    }
  }
}

}  // namespace

template <class T>
void filter_logits(Cuda backend, const FilterLogits<T>& given) {
  FilterLogits<T> p = given;
  if (p.stride == 0) p.stride = p.V;
  const bool vector = can_vectorise<T>(p.stride, p.logits);
  launch(backend, "filter_logits",
         vector ? filter_logits_kernel<T, kLanes<T>> : filter_logits_kernel<T, 1>,
         {.grid = grid_for(p.B, 1),
          .block = kThreads,
          .shared_bytes =
              shared_bytes<Amount>(kSums * kWarps) + shared_bytes<WordRank>(kBlockPartials)},
         p);
}

template void filter_logits<float>(Cuda, const FilterLogits<float>&);
template void filter_logits<bfloat16>(Cuda, const FilterLogits<bfloat16>&);

}  // namespace storyteller
