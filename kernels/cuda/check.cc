#include "kernels/cuda/check.h"

#include <string>

#include "kernels/cuda/error.h"

namespace storyteller {

void throw_cuda_error(cudaError_t result, const char* what) {
  const std::string message =
      std::string(what) + ": " + cudaGetErrorString(result) + " (" + cudaGetErrorName(result) + ")";
  if (result == cudaErrorMemoryAllocation) throw CudaMemoryError(message);
  throw CudaError(message);
}

}  // namespace storyteller
