#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/bfloat16.h"

namespace storyteller {

class CpuContext;
class CudaContext;

/// Backend tags. A kernel is one function template over one argument struct, overloaded on the tag:
/// dispatch is overload resolution, and a backend that lacks a kernel does not link.
struct Cpu {
  CpuContext* context;  ///< cached oneDNN primitives and scratch; never null
};
struct Cuda {
  CudaContext* context;  ///< stream, library handles and scratch; never null
};

/// Type of states, sums and statistics: double stays double, everything else widens to float.
template <class T>
using Wide = std::conditional_t<std::is_same_v<T, double>, double, float>;

// Dimension letters, the same in every header:
//   B rows (captions, samples or beams)   T time steps      N packed rows (sum of lengths)
//   I images    L regions of an image     D feature width   A attention width
//   E embedding width    H hidden width   V vocabulary
//
// Every matrix is contiguous and row-major. "ACCUMULATED" means that a kernel adds to what is
// there.

}  // namespace storyteller
