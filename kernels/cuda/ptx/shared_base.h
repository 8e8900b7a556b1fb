#pragma once

#include <cstddef>

namespace storyteller {

/// The first byte of the block's dynamic shared memory, 16-byte aligned.
__device__ inline std::byte* shared_base() {
  extern __shared__ __align__(16) std::byte storyteller_shared[];
  return storyteller_shared;
}

}  // namespace storyteller
