#pragma once

#include <stdexcept>
#include <string>

namespace storyteller {

/// A CUDA call, launch or library call failed, or there is no device. The message names the call,
/// the cause and, where there is one, the fix.
class CudaError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// There was not enough memory for it.
class CudaMemoryError : public CudaError {
 public:
  using CudaError::CudaError;
};

}  // namespace storyteller
