#pragma once

#include <cstddef>
#include <cstdint>

// What a test takes from the device: memory, as other programs do.
namespace emulation {

/// cudaMalloc gives no more than so many bytes at once from now on.
void limit_memory(size_t bytes);
/// The `n`-th cudaMalloc from now on and all behind it fail, from 1; 0: none.
void fail_allocations_from(int64_t n);
/// Calls of cudaMalloc so far.
int64_t allocations();
/// Calls of cudaFree so far that named no block.
int64_t wrong_frees();

}  // namespace emulation
