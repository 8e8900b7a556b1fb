#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// Softmax cross-entropy of packed rows, fused with its gradient, which takes the logits' place.
/// With p = softmax(logits_n), y = target_n, s = smoothing (Szegedy et al., 2016, section 7):
///   loss_n = weight_n * -((1-s) log p_y + s/V sum_v log p_v)
///   dlogits_nv = scale * weight_n * (p_v - (1-s) [v=y] - s/V)
template <class T>
struct CrossEntropy {
  T* logits;              ///< (N,V); out: their gradient when with_gradient, else unchanged
  const int32_t* target;  ///< (N) in [0,V); a negative target masks the row: loss and gradient 0
  const Wide<T>* weight;  ///< (N); null: all 1. Also carries the advantage of a policy gradient.
  Wide<T>* loss;          ///< (N) out
  int64_t N, V;
  Wide<T> smoothing = 0;  ///< in [0,1)
  Wide<T> scale = 1;
  bool with_gradient = true;
  int64_t stride = 0;  ///< elements from row to row of the logits, 0: V; those behind the words are
                       ///< not read, and their gradient is 0. The CPU has no other
};

template <class T>
void cross_entropy(Cpu, const CrossEntropy<T>&);
template <class T>
void cross_entropy(Cuda, const CrossEntropy<T>&);

}  // namespace storyteller
