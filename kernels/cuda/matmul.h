#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// c = op(a) op(b) [+ bias] [+ c], row-major, op(x) = x or its transpose; summed in fp32 and in the
/// same order at every call with the same sizes and alignments. The one door to the library of
/// matrix products, which is cuBLASLt: kernels/cuda/matmul_cublaslt.cc. T is float (fp32
/// throughout, or tf32 as CudaOptions says) or bfloat16. It works in the context's scratch: what a
/// caller keeps there is lost.
template <class T>
struct Matmul {
  const T* a;        ///< (M,K), or (K,M) when transpose_a
  const T* b;        ///< (K,N), or (N,K) when transpose_b
  T* c;              ///< (M,N) out, ACCUMULATED when accumulate; may not overlap a or b
  int64_t M, N, K;   ///< each at least 1
  int64_t a_stride;  ///< elements from one row of a, as it lies in memory, to the next
  int64_t b_stride;
  int64_t c_stride;
  bool transpose_a = false;
  bool transpose_b = false;
  bool accumulate = false;
  const T* bias = nullptr;  ///< (N); null: none
};

template <class T>
void matmul(Cuda, const Matmul<T>&);

}  // namespace storyteller
