#pragma once

#include <cstdint>
#include <optional>

#include "kernels/cuda/cublaslt_api.h"
#include "tests/emulation/stubs/element.h"
#include "tests/emulation/stubs/living.h"

// What the stub of cuBLASLt keeps behind NVIDIA's opaque pointers.
namespace stubs {

/// A handle serves one context, whose stream it meets with the first product.
struct LtHandle {
  cudaStream_t stream = nullptr;
};

struct Operation {
  bool tf32 = false;
  bool transpose_a = false, transpose_b = false;
  uint32_t epilogue = storyteller::CUBLASLT_EPILOGUE_DEFAULT;
  const void* bias = nullptr;
};

/// A matrix by columns.
struct Layout {
  Element type;
  int64_t rows, columns, leading;

  int64_t extent() const { return (columns - 1) * leading + rows; }
  bool operator==(const Layout&) const = default;
};

/// Nothing of it may be left to the library's defaults, which allow atomics and promise 256 bytes
/// of alignment.
struct Preference {
  std::optional<uint64_t> workspace;
  std::optional<uint32_t> reductions;
  std::optional<uint32_t> alignment_a, alignment_b, alignment_c, alignment_d;
};

/// d = op(a) op(b) [+ bias] [+ c], as the heuristics were asked for it. Algorithms name one.
struct Product {
  Operation operation;
  Layout a, b, c, d;
  uint32_t alignment_a = 0, alignment_b = 0, alignment_d = 0, alignment_bias = 0;
  bool splits_k = false;
  size_t workspace = 0;

  int64_t m() const { return d.rows; }
  int64_t n() const { return d.columns; }
  int64_t k() const { return operation.transpose_a ? a.rows : a.columns; }
};

using LtHandles = Living<LtHandle, storyteller::cublasLtHandle_t>;
using Operations = Living<Operation, storyteller::cublasLtMatmulDesc_t>;
using Layouts = Living<Layout, storyteller::cublasLtMatrixLayout_t>;
using Preferences = Living<Preference, storyteller::cublasLtMatmulPreference_t>;
LtHandles& lt_handles();
Operations& operations();
Layouts& layouts();
Preferences& preferences();

/// Demands that the operation, the layouts and their types make a product.
Product product_of(const Operation& operation, const Layout& a, const Layout& b, const Layout& c,
                   const Layout& d);

/// The algorithm that stands for the product, and the product that it stands for.
storyteller::cublasLtMatmulAlgo_t algorithm_for(const Product& product);
const Product& promised_by(const storyteller::cublasLtMatmulAlgo_t* algorithm);

}  // namespace stubs
