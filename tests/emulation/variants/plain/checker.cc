#include "tests/emulation/emulator/checker.h"

namespace emulation {

void checker_allocated(const void*, size_t) {}
void checker_released(const void*, size_t) {}
void checker_written(const void*, size_t) {}
void checker_copied(const void*, const void*, size_t) {}
void checker_launch_begins(const void*, size_t) {}
void checker_block_begins(const void*, size_t) {}
void checker_block_ends(const void*, size_t) {}
void checker_shared_array(const void*, size_t, size_t) {}
void checker_block_barrier() {}
void checker_warp_barrier(int, unsigned) {}
void checker_atomic(const void*, size_t, const void*) {}

}  // namespace emulation
