#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// out_n = weight[token_n].
template <class T>
struct EmbeddingForward {
  const T* weight;       ///< (V,E)
  const int32_t* token;  ///< (N) in [0,V)
  T* out;                ///< (N,E) out
  int64_t N, E;
};

/// dweight[token_n] += dout_n, in ascending n: deterministic. Where it is known already which rows
/// name a token, as it is of the captions of a picture, the backward need not find out.
template <class T>
struct EmbeddingBackward {
  const int32_t* token;  ///< (N)
  const T* dout;         ///< (N,E)
  T* dweight;            ///< (V,E) ACCUMULATED
  int64_t N, E;
  /// CSR of `token`: v is that of rows[begin[v]] .. rows[begin[v+1]], ascending. Null: not at hand.
  const int32_t* begin = nullptr;  ///< (V+1)
  const int32_t* rows = nullptr;   ///< (N)
  int64_t V = 0;                   ///< read with begin alone
};

template <class T>
void embedding_forward(Cpu, const EmbeddingForward<T>&);
template <class T>
void embedding_backward(Cpu, const EmbeddingBackward<T>&);

template <class T>
void embedding_forward(Cuda, const EmbeddingForward<T>&);
template <class T>
void embedding_backward(Cuda, const EmbeddingBackward<T>&);

}  // namespace storyteller
