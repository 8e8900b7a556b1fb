#pragma once

#include <cstddef>

#include "kernels/cuda/ptx/shared_base.h"

namespace storyteller {

/// Carves arrays out of the block's dynamic shared memory, each 16-byte aligned, in the order in
/// which they are asked for. The host sums the same sizes with shared_bytes(). Kernels have no
/// other shared memory, so that the emulator knows its bounds and can poison it.
class SharedMemory {
 public:
  __device__ SharedMemory() : next_(shared_base()) {}

  template <class T>
  __device__ T* array(int64_t count) {
    T* start = reinterpret_cast<T*>(next_);
    next_ += (static_cast<size_t>(count) * sizeof(T) + 15) / 16 * 16;
    return start;
  }

 private:
  std::byte* next_;
};

/// What an array of `count` elements takes of the dynamic shared memory.
template <class T>
constexpr size_t shared_bytes(int64_t count) {
  return (static_cast<size_t>(count) * sizeof(T) + 15) / 16 * 16;
}

}  // namespace storyteller
