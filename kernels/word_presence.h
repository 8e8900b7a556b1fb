#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// Which words belong to a picture, judged by its regions: multiple-instance learning with the
/// region that is most sure (Maron and Lozano-Perez, 1998; for captions Fang et al., 2015,
/// section 3).
///   s_iv = max_l x_ilv     loss = 1/(I V) sum_iv log(1 + e^s_iv) - y_iv s_iv
template <class T>
struct WordPresenceForward {
  const T* x;            ///< (I,L,V) score of every word in every region
  const Wide<T>* y;      ///< (I,V) 1 where the word is in a caption of the picture, else 0
  int32_t* best_region;  ///< (I,V) out, in [0,L); ties to the first
  Wide<T>* loss;         ///< (1) out
  int64_t I, L, V;
};

/// dx of the best region += dloss (sigmoid(s_iv) - y_iv) / (I V)
template <class T>
struct WordPresenceBackward {
  const T* x;                  ///< (I,L,V)
  const Wide<T>* y;            ///< (I,V)
  const int32_t* best_region;  ///< (I,V) from the forward
  const Wide<T>* dloss;        ///< (1)
  T* dx;                       ///< (I,L,V) ACCUMULATED
  int64_t I, L, V;
};

template <class T>
void word_presence_forward(Cpu, const WordPresenceForward<T>&);
template <class T>
void word_presence_backward(Cpu, const WordPresenceBackward<T>&);

template <class T>
void word_presence_forward(Cuda, const WordPresenceForward<T>&);
template <class T>
void word_presence_backward(Cuda, const WordPresenceBackward<T>&);

}  // namespace storyteller
