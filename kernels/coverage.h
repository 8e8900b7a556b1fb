#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// Doubly stochastic regulariser (Xu et al., 2015, equation 14): every region should get about as
/// much attention over a caption as every other.
///   s_bl = sum_t alpha_tbl   loss = weight * mean over b, l of (1 - s_bl)^2
/// Alpha is packed time-major: step t holds rows [offset[t], offset[t+1]), the first of the B
/// captions.
template <class T>
struct CoverageForward {
  const Wide<T>* alpha;   ///< (N,L)
  const int64_t* offset;  ///< (steps+1) in HOST memory, on either backend
  Wide<T>* missing;       ///< (B,L) out: 1 - s
  Wide<T>* loss;          ///< (1) out
  int64_t steps, B, L;
  Wide<T> weight;
};

/// dalpha_tbl += dloss * weight * -2 (1 - s_bl) / (B L)
template <class T>
struct CoverageBackward {
  const Wide<T>* missing;  ///< (B,L) from the forward
  const int64_t* offset;   ///< (steps+1) in HOST memory, on either backend
  const Wide<T>* dloss;    ///< (1)
  Wide<T>* dalpha;         ///< (N,L) ACCUMULATED
  int64_t steps, B, L;
  Wide<T> weight;
};

template <class T>
void coverage_forward(Cpu, const CoverageForward<T>&);
template <class T>
void coverage_backward(Cpu, const CoverageBackward<T>&);

template <class T>
void coverage_forward(Cuda, const CoverageForward<T>&);
template <class T>
void coverage_backward(Cuda, const CoverageBackward<T>&);

}  // namespace storyteller
