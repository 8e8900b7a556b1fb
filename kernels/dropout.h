#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// Inverted dropout (Srivastava et al., 2014):
///   y = x * keep / (1 - rate)   keep ~ Bernoulli(1 - rate)
/// Element (n, j) is kept or dropped by Philox with key `key` and counter (row_key[n], j): whatever
/// else is in the batch, a caption sees the same mask, and the backward draws it again.
template <class T>
struct Dropout {
  const T* x;               ///< (N,W)
  const uint64_t* row_key;  ///< (N) names the row, e.g. caption id and position
  T* y;                     ///< (N,W) out (may be x), ACCUMULATED when accumulate
  int64_t N, W;
  uint64_t key;             ///< of (seed, step, site)
  float rate;               ///< in [0,1), in steps of 2^-16
  bool accumulate = false;  ///< the backward: y = dx, x = dy
};

template <class T>
void dropout(Cpu, const Dropout<T>&);
template <class T>
void dropout(Cuda, const Dropout<T>&);

}  // namespace storyteller
