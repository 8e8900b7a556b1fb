#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// c = op(a) op(b) [+ c], row-major, op(x) = x or its transpose.
template <class T>
struct Gemm {
  const T* a;       ///< (M,K), or (K,M) when transpose_a
  const T* b;       ///< (K,N), or (N,K) when transpose_b
  T* c;             ///< (M,N) out, ACCUMULATED when accumulate; may not overlap a or b
  int64_t M, N, K;  ///< K = 0 leaves zeros (or c as it was)
  bool transpose_a = false;
  bool transpose_b = false;
  bool accumulate = false;
  int64_t a_stride = 0;  ///< elements from row to row of a, as it lies in memory; 0: its width.
                         ///< The CPU has no other
  int64_t c_stride = 0;  ///< likewise
};

/// Packs a weight (N,K), as Linear layers store it, for many products with few rows each: the
/// layout is the backend's own.
template <class T>
struct PackWeight {
  const T* weight;  ///< (N,K), or (K,N) when transposed
  void* packed;     ///< packed_weight_bytes() bytes out, 64-byte aligned
  int64_t N, K;
  bool transposed = false;
};

/// y = x · weightᵀ + bias [+ y].
template <class T>
struct PackedLinear {
  const T* x;          ///< (M,K)
  const void* packed;  ///< made by pack_weight from (N,K)
  const T* bias;       ///< (N); null: none. Not together with accumulate.
  T* y;                ///< (M,N) out, ACCUMULATED when accumulate
  int64_t M, N, K;
  bool accumulate = false;
  const T* weight = nullptr;  ///< (N,K) what was packed, read instead where few rows make that
                              ///< faster; null: not at hand
};

/// y[m,:] += bias, for products that have no bias of their own. What lies behind a row's N elements
/// becomes 0.
template <class T>
struct AddBias {
  const T* bias;  ///< (N); null: only what lies behind is written
  T* y;           ///< (M,N) ACCUMULATED
  int64_t M, N;
  int64_t stride = 0;  ///< elements from row to row of y; 0: N. The CPU has no other
};

/// db[n] += sum over m of dy[m,n]; the order of the sum depends on M and N alone.
template <class T>
struct BiasGradient {
  const T* dy;  ///< (M,N)
  T* db;        ///< (N) ACCUMULATED
  int64_t M, N;
  int64_t stride = 0;  ///< elements from row to row of dy; 0: N. The CPU has no other
};

template <class T>
void gemm(Cpu, const Gemm<T>&);
template <class T>
size_t packed_weight_bytes(Cpu, int64_t N, int64_t K);
template <class T>
void pack_weight(Cpu, const PackWeight<T>&);
template <class T>
void packed_linear(Cpu, const PackedLinear<T>&);
template <class T>
void add_bias(Cpu, const AddBias<T>&);
template <class T>
void bias_gradient(Cpu, const BiasGradient<T>&);

template <class T>
void gemm(Cuda, const Gemm<T>&);
template <class T>
size_t packed_weight_bytes(Cuda, int64_t N, int64_t K);
template <class T>
void pack_weight(Cuda, const PackWeight<T>&);
template <class T>
void packed_linear(Cuda, const PackedLinear<T>&);
template <class T>
void add_bias(Cuda, const AddBias<T>&);
template <class T>
void bias_gradient(Cuda, const BiasGradient<T>&);

}  // namespace storyteller
