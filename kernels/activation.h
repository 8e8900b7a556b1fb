#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// Pointwise nonlinearities; each has a derivative that follows from its output alone.
///   relu max(0, x)   relu6 min(6, max(0, x))   sigmoid 1 / (1 + e^-x)   tanh
enum class Activation : int { kNone, kRelu, kRelu6, kSigmoid, kTanh };

/// y[i] = activation(x[i]).
template <class T>
struct ActivationForward {
  const T* x;  ///< (n)
  T* y;        ///< (n) out; may be x
  int64_t n;
  Activation activation;
};

/// dx[i] = dy[i] * activation'(x[i]) [+ dx[i]]:
///   relu [y > 0]   relu6 [0 < y < 6]   sigmoid y (1 - y)   tanh 1 - y^2
template <class T>
struct ActivationBackward {
  const T* y;   ///< (n) output of the forward
  const T* dy;  ///< (n)
  T* dx;        ///< (n) out, ACCUMULATED when accumulate; may be dy when not
  int64_t n;
  Activation activation;
  bool accumulate = true;
};

template <class T>
void activation_forward(Cpu, const ActivationForward<T>&);
template <class T>
void activation_backward(Cpu, const ActivationBackward<T>&);

template <class T>
void activation_forward(Cuda, const ActivationForward<T>&);
template <class T>
void activation_backward(Cuda, const ActivationBackward<T>&);

}  // namespace storyteller
