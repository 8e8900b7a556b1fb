#pragma once

#include <string>

#include <driver_types.h>

namespace emulation {

/// Remembers why a call of the runtime failed, for cudaGetErrorString and cudaGetLastError.
cudaError_t failed(cudaError_t error, const std::string& why);

}  // namespace emulation
