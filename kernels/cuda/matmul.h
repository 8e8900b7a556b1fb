#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// c = op(a) op(b) [+ bias] [+ c], row-major, op(x) = x or its transpose; summed in fp32 and in the
/// same order at every call with the same sizes and alignments. T is float (fp32 throughout, or
/// tf32 as CudaOptions says) or bfloat16.
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

/// Any sizes, strides and alignments, by whom they suit best: products of few rows or columns and
/// bfloat16 in rows of odd length by kernels of the project's own, the others by the library where
/// it is installed and offers them. Works in the context's scratch: what a caller keeps there is
/// lost.
template <class T>
void matmul(Cuda, const Matmul<T>&);

/// The one door to the library of matrix products, which is cuBLASLt:
/// kernels/cuda/matmul_cublaslt.cc. False, with nothing done, where the library is
/// not installed or does not offer the product. Same contract else.
template <class T>
bool library_matmul(Cuda, const Matmul<T>&);

/// The project's own kernels, for every product that Matmul can describe.
template <class T>
void own_matmul(Cuda, const Matmul<T>&);

}  // namespace storyteller
