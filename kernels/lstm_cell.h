#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// One LSTM step after the GEMM; gates packed i|f|g|o on the last axis.
///   i, f, o = sigmoid(a)   g = tanh(a)   c' = f*c + i*g   h' = o*tanh(c')     (Gers et al., 2000)
template <class T>
struct LstmCellForward {
  const T* a;        ///< (B,4H) pre-activations
  const Wide<T>* c;  ///< (B,H) previous cell
  T* gates;          ///< (B,4H) out: ACTIVATED gates, kept for the backward; may be a
  Wide<T>* c_out;    ///< (B,H) out; may be c
  T* h_out;          ///< (B,H) out
  int64_t B, H;
};

/// Gradient of the step. With dc = dc_out + dh*o*(1 - tanh(c')^2):
///   da_i = dc*g*i*(1-i)  da_f = dc*c*f*(1-f)  da_g = dc*i*(1-g^2)  da_o = dh*tanh(c')*o*(1-o)
///   dc_prev = dc*f
template <class T>
struct LstmCellBackward {
  const T* gates;         ///< (B,4H) activated
  const Wide<T>* c;       ///< (B,H) previous cell
  const Wide<T>* c_out;   ///< (B,H) new cell
  const T* dh_out;        ///< (B,H); null: zero
  const Wide<T>* dc_out;  ///< (B,H); null: zero
  T* da;                  ///< (B,4H) ACCUMULATED
  Wide<T>* dc;            ///< (B,H) ACCUMULATED; null: not wanted
  int64_t B, H;
};

template <class T>
void lstm_cell_forward(Cpu, const LstmCellForward<T>&);
template <class T>
void lstm_cell_backward(Cpu, const LstmCellBackward<T>&);

template <class T>
void lstm_cell_forward(Cuda, const LstmCellForward<T>&);
template <class T>
void lstm_cell_backward(Cuda, const LstmCellBackward<T>&);

}  // namespace storyteller
