// The device's memory as blocks of malloc: AddressSanitizer puts a forbidden zone before and behind
// each, and keeps what was freed out of use for a while.
#include <cstdlib>

#include "tests/emulation/emulator/device_heap.h"

namespace emulation {

std::byte* DeviceHeap::take(size_t bytes) {
  void* block = nullptr;
  if (posix_memalign(&block, 1024, bytes) != 0) return nullptr;
  return static_cast<std::byte*>(block);
}

void DeviceHeap::give_back(std::byte* block, size_t) { std::free(block); }

void DeviceHeap::open() {}
void DeviceHeap::close() {}
void DeviceHeap::open_new() {}

}  // namespace emulation
