#pragma once

#include <cstdint>

#include "kernels/attention.h"
#include "kernels/backend.h"

namespace storyteller {

/// The visual sentinel, one decoder step behind the attention over the regions (Lu et al., 2017,
/// equations 11 to 13): with the query q, the sentinel s, its key k, and the log of the sum of the
/// regions' exponentiated scores,
///   e = w · score(k + q)   share = exp(e) / (exp(e) + exp(log_sum)) = sigmoid(e - log_sum)
///   weights = (1 - share) alpha   z = (1 - share) context + share * s
template <class T>
struct VisualSentinelForward {
  const T* key;            ///< (B,A)
  const T* query;          ///< (B,A)
  const T* score_weight;   ///< (A)
  const Wide<T>* log_sum;  ///< (B)
  const T* sentinel;       ///< (B,D)
  const T* context;        ///< (B,D) what the regions gave
  const Wide<T>* alpha;    ///< (B,L) their weights, each row sums to 1
  Wide<T>* share;          ///< (B) out, in [0,1]
  Wide<T>* weights;        ///< (B,L) out
  T* z;                    ///< (B,D) out
  int64_t B, L, A, D;
  ScoreFunction score = ScoreFunction::kTanh;
};

/// Gradient of the step:
///   dshare = dz · (s - context) - dweights · alpha     de = dshare share (1 - share)
///   dkey, dquery += de w score'(k + q)                 dlog_sum = -de
///   dsentinel += share dz    dcontext += (1 - share) dz    dalpha += (1 - share) dweights
/// The score weight's gradient is the sum over rows of dscore_weight.
template <class T>
struct VisualSentinelBackward {
  const T* key;             ///< (B,A)
  const T* query;           ///< (B,A)
  const T* score_weight;    ///< (A)
  const T* sentinel;        ///< (B,D)
  const T* context;         ///< (B,D)
  const Wide<T>* alpha;     ///< (B,L)
  const Wide<T>* share;     ///< (B) from the forward
  const T* dz;              ///< (B,D)
  const Wide<T>* dweights;  ///< (B,L); null: zero
  T* dkey;                  ///< (B,A) ACCUMULATED
  T* dquery;                ///< (B,A) ACCUMULATED
  T* dscore_weight;         ///< (B,A) out: what each row has for it
  Wide<T>* dlog_sum;        ///< (B) ACCUMULATED
  T* dsentinel;             ///< (B,D) ACCUMULATED
  T* dcontext;              ///< (B,D) ACCUMULATED
  Wide<T>* dalpha;          ///< (B,L) ACCUMULATED; null where dweights is
  int64_t B, L, A, D;
  ScoreFunction score = ScoreFunction::kTanh;
};

template <class T>
void visual_sentinel_forward(Cpu, const VisualSentinelForward<T>&);
template <class T>
void visual_sentinel_backward(Cpu, const VisualSentinelBackward<T>&);

template <class T>
void visual_sentinel_forward(Cuda, const VisualSentinelForward<T>&);
template <class T>
void visual_sentinel_backward(Cuda, const VisualSentinelBackward<T>&);

}  // namespace storyteller
