#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// Takes words out of a draw by setting their logits to -infinity; the logits of those that stay do
/// not change. With p = softmax(logits / temperature) the filters work in this order, each on what
/// the one before left, made to sum to 1 again:
///   top_k      the k words of greatest p (Fan et al., 2018)
///   top_p      the shortest run of words in falling order of p whose sum reaches P, the "nucleus"
///              (Holtzman et al., 2020): a word stays when the greater ones sum to less than P
///   min_p      the words with p >= m max p (Nguyen et al., 2024)
///   typical_p  the shortest run in rising order of |-ln p - H|, H the entropy, whose sum reaches
///              tau (Meister et al., 2023)
/// Barred words are taken out first: they are no words. Ties go to the lower id, as everywhere;
/// logits that are equal in float32 tie. The most probable word always stays. A word of logit
/// -infinity or NaN never does.
///
/// Sums are of integers, p / max p in units of 2^-40: they do not depend on any order.
template <class T>
struct FilterLogits {
  T* logits;                      ///< (B,V) in place
  const int32_t* barred_begin;    ///< (B+1) CSR over barred_words; null: nothing is barred
  const int32_t* barred_words;    ///< word ids in [0,V)
  Wide<T>* kept_log_probability;  ///< (B) out, <= 0: ln of what the words that stay have together
                                  ///< at temperature 1; null: not wanted
  int64_t B, V;                   ///< 1 <= V < 2^22
  Wide<T> temperature = 1;        ///< > 0
  int64_t top_k = 0;              ///< 0, or V and more: all words
  Wide<T> top_p = 1;              ///< in [0,1]; 1: all words
  Wide<T> min_p = 0;              ///< in [0,1]; 0: all words
  Wide<T> typical_p = 1;          ///< in [0,1]; 1: all words
  int64_t stride = 0;             ///< elements from row to row of the logits, 0: V; those behind
                                  ///< the words become anything. The CPU has no other
};

template <class T>
void filter_logits(Cpu, const FilterLogits<T>&);
template <class T>
void filter_logits(Cuda, const FilterLogits<T>&);

}  // namespace storyteller
