#pragma once

#include <cstddef>

namespace emulation {

enum class AccessKind { kRead, kWrite, kAtomic };

/// Judges an access of instrumented code before it happens. Returns at once outside of kernels; an
/// access that is wrong ends the kernel, so it never happens.
void judge(const void* p, size_t bytes, AccessKind kind, const void* caller);

}  // namespace emulation
