#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// Gated linear unit (Dauphin et al., 2017) on rows of two halves a|b, as torch.nn.GLU has it.
///   s = sigmoid(b)        y = a*s
template <class T>
struct GluForward {
  T* x;  ///< (B,2H) in: a|b; out: a|s, kept for the backward
  T* y;  ///< (B,H) out
  int64_t B, H;
};

/// Gradient of the unit.
///   da = dy*s        db = dy*a*s*(1-s)
template <class T>
struct GluBackward {
  const T* x;   ///< (B,2H) a|s, as the forward left it
  const T* dy;  ///< (B,H)
  T* dx;        ///< (B,2H) da|db, ACCUMULATED
  int64_t B, H;
};

template <class T>
void glu_forward(Cpu, const GluForward<T>&);
template <class T>
void glu_backward(Cpu, const GluBackward<T>&);

template <class T>
void glu_forward(Cuda, const GluForward<T>&);
template <class T>
void glu_backward(Cuda, const GluBackward<T>&);

}  // namespace storyteller
