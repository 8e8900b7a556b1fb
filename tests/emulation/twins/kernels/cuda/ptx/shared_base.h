#pragma once

#include <cstddef>

#include <cuda_runtime.h>

#include "tests/emulation/emulator/launch.h"

namespace storyteller {

/// The first byte of the block's dynamic shared memory.
__device__ inline std::byte* shared_base() { return emulation::shared_memory(); }

}  // namespace storyteller
