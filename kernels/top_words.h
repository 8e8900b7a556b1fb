#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// The k most probable words of each row, with their log-probabilities. Words that are not allowed
/// count as having logit -infinity: they are neither offered nor part of the normaliser.
template <class T>
struct TopWords {
  T* logits;                    ///< (B,V); CLOBBERED where words are barred
  const int32_t* barred_begin;  ///< (B+1) CSR over barred_words; null: nothing is barred
  const int32_t* barred_words;  ///< word ids in [0,V)
  int32_t* word;                ///< (B,k) out, most probable first, ties by lower id
  Wide<T>* log_probability;     ///< (B,k) out, <= 0; -infinity where fewer than k are allowed
  int64_t B, V, k;              ///< 1 <= k <= V
  int64_t stride = 0;           ///< elements from row to row of the logits, 0: V; those behind the
                                ///< words are not words. The CPU has no other
};

template <class T>
void top_words(Cpu, const TopWords<T>&);
template <class T>
void top_words(Cuda, const TopWords<T>&);

}  // namespace storyteller
