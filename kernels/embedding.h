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

/// dweight[token_n] += dout_n, in ascending n: deterministic.
template <class T>
struct EmbeddingBackward {
  const int32_t* token;  ///< (N)
  const T* dout;         ///< (N,E)
  T* dweight;            ///< (V,E) ACCUMULATED
  int64_t N, E;
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
