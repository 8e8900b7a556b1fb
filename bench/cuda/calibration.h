#pragma once

#include <cstdint>

#include "kernels/backend.h"

// What measures the device itself: kernels that are no kernel of the project.
namespace storyteller {

/// Launches a kernel that does nothing: what a node of a graph costs.
void launch_nothing(Cuda);

/// x[i] = tanh(tanh(... x[i])), `times` deep, for `n` numbers: bound by the special-function units.
/// `approximate` as for bfloat16, else as for float.
struct TanhChain {
  float* x;  ///< (n) in, out
  int64_t n;
  int times;
  bool approximate;
};
void tanh_chain(Cuda, const TanhChain&);

}  // namespace storyteller
