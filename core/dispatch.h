#pragma once

#include <string>

#include "core/cuda_built.h"
#include "core/error.h"
#include "core/tensor.h"
#include "kernels/source_op.h"

namespace storyteller {

/// Calls `f.template operator()<T>(backend)` with the element type and backend of `x`: the one
/// place that knows which of them were built. Throws InternalError naming `op`, device and dtype.
template <class F>
void on(const char* op, const Tensor& x, F&& f) {
  const SourceOp source(op);
  if (x.device().is_cpu()) {
    if (x.dtype() == DType::kFloat32) {
      return f.template operator()<float>(x.device().cpu_backend());
    }
    if (x.dtype() == DType::kFloat64) {
      return f.template operator()<double>(x.device().cpu_backend());
    }
  } else if constexpr (kCudaBuilt) {
    if (x.dtype() == DType::kFloat32) {
      return f.template operator()<float>(x.device().cuda_backend());
    }
    if (x.dtype() == DType::kBFloat16) {
      return f.template operator()<bfloat16>(x.device().cuda_backend());
    }
  }
  throw InternalError(std::string(op) + ": no kernel for " + name_of(x.dtype()) + " on " +
                      x.device().name());
}

/// Throws InternalError "op: what, got SHAPE" unless `holds`.
inline void check_shape(const char* op, bool holds, const char* what, const Shape& got) {
  if (!holds) throw InternalError(std::string(op) + ": " + what + ", got " + got.to_string());
}
inline void check_shape(const char* op, bool holds, const char* what, const Shape& a,
                        const Shape& b) {
  if (!holds) {
    throw InternalError(std::string(op) + ": " + what + ", got " + a.to_string() + " and " +
                        b.to_string());
  }
}

}  // namespace storyteller
