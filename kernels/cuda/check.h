#pragma once

#include <string>

#include <cuda_runtime.h>

#include "kernels/cuda/error.h"

namespace storyteller {

/// Throws CudaError "what: cause" unless `result` is cudaSuccess, CudaMemoryError where memory is
/// out. Every call of the runtime goes through it.
inline void check_cuda(cudaError_t result, const char* what) {
  if (result == cudaSuccess) return;
  const std::string message =
      std::string(what) + ": " + cudaGetErrorString(result) + " (" + cudaGetErrorName(result) + ")";
  if (result == cudaErrorMemoryAllocation) throw CudaMemoryError(message);
  throw CudaError(message);
}

}  // namespace storyteller
