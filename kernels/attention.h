#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// The squashing inside the additive score.
enum class ScoreFunction : int { kTanh, kRelu };

/// The gate on the context vector: none, one scalar a row, or one a feature (Xu et al., 2015,
/// section 4.2.1).
enum class ContextGate : int { kNone, kScalar, kVector };

/// Additive soft attention with gate, one decoder step (Bahdanau et al., 2015; Xu et al., 2015):
///   e_l = w · score(k_l + q)   alpha = softmax(e)   context = sum_l alpha_l v_l
///   z = sigmoid(gate) * context
/// Hard attention (Xu et al., 2015, section 4.1) where `drawn` is wanted: context = v_s of one
/// region s drawn from alpha, as argmax_l e_l - ln(-ln u_l) (Gumbel, 1954) with u_l =
/// uniform01(philox(key, row_key, l)), so that a row draws the same whatever is beside it.
/// Rows look at images through `row_to_image`, so captions, samples and beams of one picture share
/// its keys and values.
template <class T>
struct AttentionForward {
  const T* keys;                ///< (I,L,A)
  const T* values;              ///< (I,L,D)
  const T* score_weight;        ///< (A)
  const T* query;               ///< (B,A)
  const T* gate;                ///< (B,1) or (B,D) before the sigmoid; null for kNone
  const int32_t* row_to_image;  ///< (B) in [0, I)
  Wide<T>* alpha;               ///< (B,L) out, in [0,1], each row sums to 1
  T* context;                   ///< (B,D) out, before the gate
  T* z;                         ///< (B,D) out, after it; may be context when there is no gate
  int64_t B, L, A, D;
  ScoreFunction score = ScoreFunction::kTanh;
  ContextGate gate_kind = ContextGate::kNone;
  Wide<T>* log_sum = nullptr;         ///< (B) out: log sum_l exp(e_l); null: not wanted
  Wide<T>* drawn = nullptr;           ///< (B,L) out: 1 for the region drawn, else 0; null: soft
  bool at_random = false;             ///< false: the region of the greatest alpha is taken
  uint64_t key = 0;                   ///< of the step's draws
  const uint64_t* row_key = nullptr;  ///< (B); null: 0 for every row
};

/// Gradient of the step with respect to what changes from step to step. What belongs to the image
/// (keys, values) and to the score weight is gathered once after the loop by
/// attention_keys_backward, from the saved `de` and `dcontext`.
template <class T>
struct AttentionBackward {
  const T* keys;                ///< (I,L,A)
  const T* values;              ///< (I,L,D)
  const T* score_weight;        ///< (A)
  const T* query;               ///< (B,A)
  const T* gate;                ///< (B,1) or (B,D); null for kNone
  const int32_t* row_to_image;  ///< (B)
  const Wide<T>* alpha;         ///< (B,L) from the forward
  const T* context;             ///< (B,D) from the forward
  const T* dz;                  ///< (B,D)
  const Wide<T>* dalpha;        ///< (B,L) gradient that reached alpha itself; null: zero
  T* dquery;                    ///< (B,A) ACCUMULATED
  T* dgate;                     ///< (B,1) or (B,D) ACCUMULATED; null for kNone
  Wide<T>* de;                  ///< (B,L) out: gradient of the scores
  T* dcontext;                  ///< (B,D) out: gradient of the ungated context
  int64_t B, L, A, D;
  ScoreFunction score = ScoreFunction::kTanh;
  ContextGate gate_kind = ContextGate::kNone;
  const Wide<T>* dlog_sum = nullptr;  ///< (B) gradient that reached log_sum; null: zero
  bool drawn = false;                 ///< the context is no function of alpha
};

/// After the loop, over all N packed rows (time-major; step t holds rows [offset[t], offset[t+1]),
/// the first of the B captions):
///   dk_l += sum_n de_nl w score'(k_l + q_n)   dw += sum_n,l de_nl score(k_l + q_n)
///   dv_l += sum_n alpha_nl dcontext_n, with what was drawn in place of alpha where it was
template <class T>
struct AttentionKeysBackward {
  const T* keys;               ///< (I,L,A)
  const T* score_weight;       ///< (A)
  const T* query;              ///< (N,A)
  const Wide<T>* alpha;        ///< (N,L), or what was drawn
  const Wide<T>* de;           ///< (N,L)
  const T* dcontext;           ///< (N,D); null when dvalues is
  const int64_t* offset;       ///< (steps+1) in HOST memory, on either backend
  const int32_t* image_begin;  ///< (I+1) CSR: image i owns image_rows[image_begin[i]..)
  const int32_t* image_rows;   ///< (B) caption rows grouped by image
  T* dkeys;                    ///< (I,L,A) ACCUMULATED; null: not wanted
  T* dscore_weight;            ///< (A) ACCUMULATED; null: not wanted
  T* dvalues;                  ///< (I,L,D) ACCUMULATED; null: not wanted
  int64_t steps, I, L, A, D;
  ScoreFunction score = ScoreFunction::kTanh;
};

template <class T>
void attention_forward(Cpu, const AttentionForward<T>&);
template <class T>
void attention_backward(Cpu, const AttentionBackward<T>&);
template <class T>
void attention_keys_backward(Cpu, const AttentionKeysBackward<T>&);

template <class T>
void attention_forward(Cuda, const AttentionForward<T>&);
template <class T>
void attention_backward(Cuda, const AttentionBackward<T>&);
template <class T>
void attention_keys_backward(Cuda, const AttentionKeysBackward<T>&);

}  // namespace storyteller
