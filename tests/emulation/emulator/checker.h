#pragma once

#include <cstddef>

// What memcheck must hear of to know which bytes exist, were written, and by whom; the other
// variants define these with nothing inside.
namespace emulation {

void checker_allocated(const void* block, size_t bytes);
void checker_released(const void* block, size_t bytes);
/// The host, or a library's stand-in, wrote here.
void checker_written(const void* to, size_t bytes);
/// Copied from device memory, with what was never written.
void checker_copied(const void* to, const void* from, size_t bytes);

void checker_launch_begins(const void* parameters, size_t bytes);
void checker_block_begins(const void* shared, size_t bytes);
void checker_block_ends(const void* shared, size_t bytes);
/// The running thread takes an array; behind its bytes is a zone that nobody may touch. Threads say
/// the same one after the other.
void checker_shared_array(const void* start, size_t bytes, size_t taken);
/// All threads of the block met.
void checker_block_barrier();
/// The lanes of `mask` met in __syncwarp.
void checker_warp_barrier(int warp, unsigned mask);
/// An atomic operation, which does not race with others of its kind.
void checker_atomic(const void* at, size_t bytes, const void* caller);

}  // namespace emulation
