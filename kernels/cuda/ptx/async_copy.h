#pragma once

#include <cstdint>

#include <cuda_runtime.h>

namespace storyteller {

/// A thread's copies from global to shared memory that go on while it does other things (PTX ISA,
/// "cp.async"). They are counted in groups; other threads see what was copied after a wait of this
/// thread and a barrier.
class AsyncCopies {
 public:
  /// 16 bytes at `to`: the first `bytes` (0 to 16) of those at `from`, then zeros. Both addresses
  /// are multiples of 16; nothing is read beyond `bytes`.
  __device__ void start(void* to, const void* from, int bytes) {
    const auto address = static_cast<uint32_t>(__cvta_generic_to_shared(to));
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(address), "l"(from),
                 "r"(bytes)
                 : "memory");
  }

  /// What was started since the last call is a group, which may be empty.
  __device__ void close_group() { asm volatile("cp.async.commit_group;" ::: "memory"); }

  /// Returns when all groups but the last kPending have arrived.
  template <int kPending>
  __device__ void wait() {
    asm volatile("cp.async.wait_group %0;" ::"n"(kPending) : "memory");
  }
};

}  // namespace storyteller
