#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include <driver_types.h>

namespace emulation {

struct DeviceRange {
  const void* start;
  size_t bytes;
};

/// What a stand-in for a library does: `work` runs in the stream's order, or becomes part of the
/// graph that is captured, and may touch device memory; `writes` is what it leaves written. Throws
/// std::runtime_error when earlier work failed.
void library_call(cudaStream_t stream, std::vector<DeviceRange> writes, std::function<void()> work);

}  // namespace emulation
