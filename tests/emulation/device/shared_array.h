#pragma once

#include <cstddef>

namespace emulation {

/// Room behind each array in shared memory.
inline constexpr size_t kSharedZone = 16;

/// The running thread takes `taken` bytes of shared memory from `start`, of which it may use
/// `bytes`. Taking more than the launch gave ends the kernel.
void shared_array(const std::byte* start, size_t bytes, size_t taken);

}  // namespace emulation
