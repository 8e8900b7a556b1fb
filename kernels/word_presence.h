#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// Which words belong to a picture, judged by its regions: multiple-instance learning (Fang et al.,
/// 2015, section 3) with a soft maximum over regions (Pinheiro and Collobert, 2015, equation 1),
/// through which every region learns from the first step on:
///   s_iv = 1/r log( 1/L sum_l e^(r x_ilv) )
///   loss = 1/(I V) sum_iv weight_v (log(1 + e^s_iv) - y_iv s_iv)
template <class T>
struct WordPresenceForward {
  const T* x;             ///< (I,L,V) score of every word in every region
  const Wide<T>* y;       ///< (I,V) 1 where the word is in a caption of the picture, else 0
  const Wide<T>* weight;  ///< (V) >= 0: how much the word counts
  Wide<T>* pooled;        ///< (I,V) out: s
  Wide<T>* loss;          ///< (1) out
  int64_t I, L, V;
  Wide<T> sharpness;  ///< r > 0: towards 0 the mean of the regions, towards infinity their maximum
  int64_t words = 0;  ///< that the mean is over, where the others of the V weigh 0; 0: V
};

/// dx_ilv += dloss weight_v (sigmoid(s_iv) - y_iv) / (I V) * e^(r (x_ilv - s_iv)) / L
template <class T>
struct WordPresenceBackward {
  const T* x;             ///< (I,L,V)
  const Wide<T>* y;       ///< (I,V)
  const Wide<T>* weight;  ///< (V)
  const Wide<T>* pooled;  ///< (I,V) from the forward
  const Wide<T>* dloss;   ///< (1)
  T* dx;                  ///< (I,L,V) ACCUMULATED
  int64_t I, L, V;
  Wide<T> sharpness;
  int64_t words = 0;
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
