#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// Draws one word a row from softmax(logits / temperature) by the Gumbel-max method (Gumbel, 1954;
/// Maddison et al., 2014, "A* Sampling"), which needs neither the sum nor a second pass:
///   word_b = argmax_v (x_bv / temperature - log(-log(1 - u_bv)))    u uniform in (0,1)
///   log_probability_b = x_bw - log sum_v exp(x_bv)
/// u_bv is Philox with key `key` and counter (row_key[b], v / 4), output v mod 4: whatever else is
/// in the batch, a row draws the same word. Words of logit -infinity are never drawn while there is
/// another.
template <class T>
struct SampleStep {
  const T* logits;  ///< (B,V)
  const uint64_t*
      row_key;    ///< (B) names the row, e.g. caption and position; unread at temperature 0
  int32_t* word;  ///< (B) out, in [0,V)
  Wide<T>* log_probability;  ///< (B) out, <= 0: of the word when drawn at temperature 1; null: not
                             ///< wanted
  int64_t B, V;              ///< V >= 1
  uint64_t key = 0;          ///< of (seed, step, site)
  Wide<T> temperature = 1;   ///< >= 0; 0: the most probable word, ties by lower id
  int64_t stride = 0;        ///< elements from row to row of the logits, 0: V; those behind the
                             ///< words are not words. The CPU has no other
};

template <class T>
void sample_step(Cpu, const SampleStep<T>&);
template <class T>
void sample_step(Cuda, const SampleStep<T>&);

}  // namespace storyteller
