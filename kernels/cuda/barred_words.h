#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/cuda/vector.h"

namespace storyteller {

/// Sets the logits of the words that are barred in row b to -infinity; the whole block takes part,
/// and needs a barrier before the row is read. The struct has logits, stride, and the CSR
/// barred_begin (null: nothing is barred) over barred_words.
template <int kThreads, template <class> class P, class T>
__device__ inline void bar_words(const P<T>& p, int64_t b) {
  if (p.barred_begin == nullptr) return;
  T* row = p.logits + b * p.stride;
  const int end = p.barred_begin[b + 1];
  for (int i = p.barred_begin[b] + threadIdx.x; i < end; i += kThreads) {
    row[p.barred_words[i]] = narrow<T>(-INFINITY);
  }
}

}  // namespace storyteller
