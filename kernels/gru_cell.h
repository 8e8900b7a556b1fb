#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// One GRU step after its two GEMMs, ax = x·Wxᵀ + bx and ah = h·Whᵀ + bh; gates packed r|z|n on the
/// last axis.
///   r, z = sigmoid(ax + ah)   n = tanh(ax + r*ah)   h' = (1 - z)*n + z*h
/// (Cho et al., 2014, with the reset gate behind the product, as torch.nn.GRU and cuDNN have it.)
template <class T>
struct GruCellForward {
  const T* ax;           ///< (B,3H) pre-activations from the input
  const T* ah;           ///< (B,3H) pre-activations from the state
  const Wide<T>* state;  ///< (B,H) h
  T* gates;              ///< (B,3H) out: ACTIVATED gates, kept for the backward; may be ax
  Wide<T>* state_out;    ///< (B,H) out, h'; may be state
  T* h_out;              ///< (B,H) out, h' once more, as the next step's GEMM reads it
  int64_t B, H;
};

/// Gradient of the step. With dh = dh_out + dstate_out and the activated gates r, z, n:
///   dn = dh*(1-z)*(1-n^2)   dz = dh*(h-n)*z*(1-z)   dr = dn*ah_n*r*(1-r)
///   dax = dr|dz|dn          dah = dr|dz|dn*r        dstate = dh*z
template <class T>
struct GruCellBackward {
  const T* gates;             ///< (B,3H) activated
  const T* ah;                ///< (B,3H) as in the forward; its last third is read
  const Wide<T>* state;       ///< (B,H) h
  const T* dh_out;            ///< (B,H); null: zero
  const Wide<T>* dstate_out;  ///< (B,H); null: zero
  T* dax;                     ///< (B,3H) ACCUMULATED; null: not wanted
  T* dah;                     ///< (B,3H) ACCUMULATED; null: not wanted
  Wide<T>* dstate;            ///< (B,H) ACCUMULATED; null: not wanted
  int64_t B, H;
};

template <class T>
void gru_cell_forward(Cpu, const GruCellForward<T>&);
template <class T>
void gru_cell_backward(Cpu, const GruCellBackward<T>&);

template <class T>
void gru_cell_forward(Cuda, const GruCellForward<T>&);
template <class T>
void gru_cell_backward(Cuda, const GruCellBackward<T>&);

}  // namespace storyteller
