#pragma once

#include <cstddef>
#include <cstdint>

#include <cuda_runtime.h>

#include "kernels/cuda/ptx/shared_base.h"
#include "tests/emulation/device/shared_array.h"

namespace storyteller {

/// What an array of `count` elements takes of the dynamic shared memory: here with a zone behind it
/// that nobody may touch.
template <class T>
constexpr size_t shared_bytes(int64_t count) {
  return (static_cast<size_t>(count) * sizeof(T) + 15) / 16 * 16 + emulation::kSharedZone;
}

/// Carves arrays out of the block's dynamic shared memory; the emulator learns where each ends.
class SharedMemory {
 public:
  __device__ SharedMemory() : next_(shared_base()) {}

  template <class T>
  __device__ T* array(int64_t count) {
    T* start = reinterpret_cast<T*>(next_);
    emulation::shared_array(next_, static_cast<size_t>(count) * sizeof(T), shared_bytes<T>(count));
    next_ += shared_bytes<T>(count);
    return start;
  }

 private:
  std::byte* next_;
};

}  // namespace storyteller
