#include "kernels/top_words.h"

#include <limits>

#include "kernels/cpu/barred_words.h"
#include "kernels/cpu/log_sum_exp.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

/// Whether any of 16 logits is above the threshold: lets whole runs of words be passed over.
template <class T>
[[gnu::always_inline]] inline bool any_above(const T* x, T threshold) {
  int above = 0;
#pragma omp simd reduction(| : above)
  for (int i = 0; i < 16; ++i) above |= x[i] > threshold ? 1 : 0;
  return above != 0;
}

/// Keeps the k largest seen so far in order; later words lose ties, so lower ids win.
template <class T>
[[gnu::always_inline]] inline void select_row(const T* x, int64_t V, int64_t k, int32_t* word,
                                              T* value) {
  constexpr T kNone = -std::numeric_limits<T>::infinity();
  for (int64_t i = 0; i < k; ++i) {
    word[i] = 0;
    value[i] = kNone;
  }
  for (int64_t v = 0; v < V; ++v) {
    if (v % 16 == 0 && v + 16 <= V && !any_above(x + v, value[k - 1])) {
      v += 15;
      continue;
    }
    if (!(x[v] > value[k - 1])) continue;
    int64_t place = k - 1;
    for (; place > 0 && x[v] > value[place - 1]; --place) {
      value[place] = value[place - 1];
      word[place] = word[place - 1];
    }
    value[place] = x[v];
    word[place] = static_cast<int32_t>(v);
  }
}
STORYTELLER_SIMD void select(const float* x, int64_t V, int64_t k, int32_t* word, float* value) {
  select_row(x, V, k, word, value);
}
void select(const double* x, int64_t V, int64_t k, int32_t* word, double* value) {
  select_row(x, V, k, word, value);
}

}  // namespace

template <class T>
void top_words(Cpu, const TopWords<T>& p) {
  parallel_shares(p.B, p.B * p.V * 4, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      T* x = p.logits + b * p.V;
      bar_words(p, b);
      select(x, p.V, p.k, p.word + b * p.k, p.log_probability + b * p.k);
      if (p.log_probability[b * p.k] == -std::numeric_limits<T>::infinity())
        continue;  // all barred
      const T normaliser = log_sum_exp(x, p.V);
      for (int64_t i = 0; i < p.k; ++i) p.log_probability[b * p.k + i] -= normaliser;
    }
  });
}

template void top_words<float>(Cpu, const TopWords<float>&);
template void top_words<double>(Cpu, const TopWords<double>&);

}  // namespace storyteller
