#include "tests/emulation/stubs/device_range.h"

#include <cstring>

#include "tests/emulation/emulator/device_heap.h"
#include "tests/emulation/stubs/entry.h"

namespace stubs {

void demand_on_device(const DeviceRange& range) {
  demand(range.start != nullptr, std::string(range.name) + " is null");
  if (emulation::DeviceHeap::instance().holds(range.start, range.bytes)) return;
  throw Violation(std::string(range.name) + ": " + std::to_string(range.bytes) +
                  " bytes do not lie in one block of device memory");
}

void demand_apart(const DeviceRange& a, const DeviceRange& b) {
  const auto first = reinterpret_cast<uintptr_t>(a.start),
             second = reinterpret_cast<uintptr_t>(b.start);
  if (a.bytes == 0 || b.bytes == 0) return;
  if (first + a.bytes <= second || second + b.bytes <= first) return;
  throw Violation(std::string(a.name) + " and " + b.name + " overlap");
}

void demand_stream(cudaStream_t stream) {
  demand(stream != nullptr && stream != cudaStreamLegacy && stream != cudaStreamPerThread,
         "works on the default stream");
}

DeviceRange demand_workspace(const Workspace& given, size_t promised) {
  demand(given.bytes >= promised, "the workspace has " + std::to_string(given.bytes) + " bytes, " +
                                      std::to_string(promised) + " were asked for");
  const DeviceRange range = {given.start, given.bytes, "the workspace"};
  if (given.bytes == 0) return range;
  demand_on_device(range);
  demand(reinterpret_cast<uintptr_t>(given.start) % 256 == 0,
         "the workspace is not aligned to 256 bytes");
  return range;
}

uint32_t alignment_of(const void* p) {
  const auto address = reinterpret_cast<uintptr_t>(p) | 16;
  return static_cast<uint32_t>(address & (~address + 1));
}

void poison(void* start, size_t bytes) {
  if (bytes > 0) std::memset(start, 0xFF, bytes);
}

}  // namespace stubs
