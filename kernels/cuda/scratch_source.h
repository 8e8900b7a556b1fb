#pragma once

#include <functional>

#include "kernels/cuda/context.h"

namespace storyteller {

struct CudaContext::ScratchSource {
  std::function<void*(size_t bytes)> allocate;  ///< throws or returns null when there is no more
  std::function<void(void* block, size_t bytes)> release;
};

}  // namespace storyteller
