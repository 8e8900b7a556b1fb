#pragma once

#include <cuda_runtime.h>

namespace storyteller {

/// Throws CudaError (kernels/cuda/error.h) "what: cause", CudaMemoryError where memory is out.
[[noreturn]] void throw_cuda_error(cudaError_t result, const char* what);

/// Throws unless `result` is cudaSuccess. Every call of the runtime goes through it.
inline void check_cuda(cudaError_t result, const char* what) {
  if (result != cudaSuccess) throw_cuda_error(result, what);
}

}  // namespace storyteller
