#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// Two arrays side by side, channel after channel: y[n,:] = a[n,:] | b[n,:].
template <class T>
struct ConcatForward {
  const T* a;  ///< (N,A)
  const T* b;  ///< (N,B)
  T* y;        ///< (N,A+B) out; may be neither
  int64_t N, A, B;
};

/// da[n,:] += dy[n,:A], db[n,:] += dy[n,A:].
template <class T>
struct ConcatBackward {
  const T* dy;  ///< (N,A+B)
  T* da;        ///< (N,A) ACCUMULATED; null: not wanted
  T* db;        ///< (N,B) ACCUMULATED; null: not wanted
  int64_t N, A, B;
};

template <class T>
void concat_forward(Cpu, const ConcatForward<T>&);
template <class T>
void concat_backward(Cpu, const ConcatBackward<T>&);

template <class T>
void concat_forward(Cuda, const ConcatForward<T>&);
template <class T>
void concat_backward(Cuda, const ConcatBackward<T>&);

}  // namespace storyteller
