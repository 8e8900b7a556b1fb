#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// What an LSTM cell makes of its G gates.
enum class LstmForm : int {
  kPlain,     ///< G = 4: i|f|g|o, the candidate is tanh(g) (Gers et al., 2000)
  kMaxOut,    ///< G = 5: i|f|o|a|b, the candidate is max(a, b) (Rennie et al., 2017, section 3.2)
  kSentinel,  ///< G = 5: i|f|g|o|s, and a second output beside h' (Lu et al., 2017, eq. 9 and 10)
};
constexpr int64_t lstm_gates(LstmForm form) { return form == LstmForm::kPlain ? 4 : 5; }

/// One LSTM step after the GEMM; gates packed on the last axis in the order of their form.
///   i, f, o, s = sigmoid(a)   g = tanh(a), or the greater of two pre-activations
///   c' = f*c + i*g   h' = o*tanh(c')   sentinel = s*tanh(c')
template <class T>
struct LstmCellForward {
  const T* a;        ///< (B,G*H) pre-activations
  const Wide<T>* c;  ///< (B,H) previous cell
  T* gates;          ///< (B,G*H) out: ACTIVATED gates (a and b as they are), kept for the backward;
                     ///< may be a
  Wide<T>* c_out;    ///< (B,H) out; may be c
  T* h_out;          ///< (B,H) out
  int64_t B, H;
  LstmForm form = LstmForm::kPlain;
  T* sentinel_out = nullptr;  ///< (B,H) out; null but for kSentinel
};

/// Gradient of the step. With dc = dc_out + (dh*o + dsentinel*s)*(1 - tanh(c')^2):
///   da_i = dc*g*i*(1-i)  da_f = dc*c*f*(1-f)  da_g = dc*i*(1-g^2)  da_o = dh*tanh(c')*o*(1-o)
///   da_s = dsentinel*tanh(c')*s*(1-s)         dc_prev = dc*f
/// Of two candidates the greater takes dc*i, the first where they are equal.
template <class T>
struct LstmCellBackward {
  const T* gates;         ///< (B,G*H) activated
  const Wide<T>* c;       ///< (B,H) previous cell
  const Wide<T>* c_out;   ///< (B,H) new cell
  const T* dh_out;        ///< (B,H); null: zero
  const Wide<T>* dc_out;  ///< (B,H); null: zero
  T* da;                  ///< (B,G*H) ACCUMULATED
  Wide<T>* dc;            ///< (B,H) ACCUMULATED; null: not wanted
  int64_t B, H;
  LstmForm form = LstmForm::kPlain;
  const T* dsentinel_out = nullptr;  ///< (B,H); null: zero
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
