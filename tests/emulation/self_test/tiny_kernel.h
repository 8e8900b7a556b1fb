#pragma once

#include <string>

#include <gtest/gtest.h>

#include "kernels/cuda/error.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/shared_memory.h"
#include "tests/cuda/device_array.h"

// Kernels of a few lines, each with one defect or one feature, for tests of the emulator itself.
namespace storyteller {

/// Launches and gives what went wrong; empty when nothing did.
template <class... Parameters, class... Arguments>
std::string failure_of(void (*kernel)(Parameters...), const LaunchShape& shape,
                       const Arguments&... arguments) {
  try {
    launch(test_cuda(), "tiny", kernel, shape, arguments...);
    test_cuda().context->synchronize();
  } catch (const CudaError& error) {
    return error.what();
  }
  return "";
}

}  // namespace storyteller
