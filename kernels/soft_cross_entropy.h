#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// Cross-entropy of packed rows against a distribution over the words instead of one word, fused
/// with its gradient, which takes the logits' place: a student is taught what its teachers hold
/// every word for (Hinton et al., 2015, "Distilling the Knowledge in a Neural Network", at
/// temperature 1). With p = softmax(logits_n):
///   loss_n = weight_n * -sum_v q_nv log p_v
///   dlogits_nv = scale * weight_n * (p_v - q_nv)
/// A word of which q is 0 costs nothing, whatever its logit.
template <class T>
struct SoftCrossEntropy {
  T* logits;              ///< (N,V); out: their gradient when with_gradient, else unchanged
  const Wide<T>* q;       ///< (N,V), each row at least 0 and of sum 1
  const int32_t* target;  ///< (N), of which the sign is read: a negative target masks the row, loss
                          ///< and gradient 0; null: none is masked
  const Wide<T>* weight;  ///< (N); null: all 1
  Wide<T>* loss;          ///< (N) out
  int64_t N, V;
  Wide<T> scale = 1;
  bool with_gradient = true;
  int64_t stride = 0;  ///< elements from row to row of logits and q, 0: V; what lies behind the
                       ///< words does not count, and its gradient is 0. The CPU has no other
};

/// Softmax of packed rows, added up: what several teachers hold on the average.
///   q_nv += scale * exp(x_nv) / sum_u exp(x_nu)
template <class T>
struct AddSoftmax {
  const T* x;  ///< (N,V) logits
  Wide<T>* q;  ///< (N,V); ACCUMULATED where `accumulate`, else out
  int64_t N, V;
  Wide<T> scale = 1;
  bool accumulate = false;
  int64_t stride = 0;  ///< elements from row to row of x and q, 0: V; q behind the words becomes 0.
                       ///< The CPU has no other
};

template <class T>
void soft_cross_entropy(Cpu, const SoftCrossEntropy<T>&);
template <class T>
void add_softmax(Cpu, const AddSoftmax<T>&);

template <class T>
void soft_cross_entropy(Cuda, const SoftCrossEntropy<T>&);
template <class T>
void add_softmax(Cuda, const AddSoftmax<T>&);

}  // namespace storyteller
