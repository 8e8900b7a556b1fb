#pragma once

#include <cstdint>

#include "kernels/backend.h"
#include "kernels/float16.h"

namespace storyteller {

/// y[i] = x[i] [+ y[i]] in another storage type; what is narrower is rounded to nearest, ties to
/// even. The CPU stores activations in the type that it computes in and needs no conversion.
template <class From, class To>
struct Cast {
  const From* x;  ///< (n)
  To* y;          ///< (n) out, ACCUMULATED when accumulate
  int64_t n;
  bool accumulate = false;
};

/// float to bfloat16 and back; float16 to either.
template <class From, class To>
void cast(Cuda, const Cast<From, To>&);

}  // namespace storyteller
