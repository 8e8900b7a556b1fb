#include "tests/emulation/emulator/device_heap.h"

#include <cstring>

#include "tests/emulation/emulator/checker.h"

namespace emulation {

namespace {

thread_local int roles = 0;

}  // namespace

DeviceRole::DeviceRole() {
  if (roles++ == 0) DeviceHeap::open();
}

DeviceRole::~DeviceRole() {
  if (--roles == 0) DeviceHeap::close();
}

DeviceHeap& DeviceHeap::instance() {
  static auto* heap = new DeviceHeap;
  return *heap;
}

void* DeviceHeap::allocate(size_t bytes) {
  const std::lock_guard lock(mutex_);
  if (bytes == 0 || bytes > kMostBytes - in_use_) return nullptr;
  std::byte* block = take(bytes);
  if (block == nullptr) return nullptr;
  const DeviceRole device;
  open_new();
  std::memset(block, 0xFF, bytes);
  blocks_[reinterpret_cast<uintptr_t>(block)] = bytes;
  in_use_ += bytes;
  checker_allocated(block, bytes);
  return block;
}

bool DeviceHeap::release(void* block) {
  const std::lock_guard lock(mutex_);
  const auto found = blocks_.find(reinterpret_cast<uintptr_t>(block));
  if (found == blocks_.end()) return false;
  checker_released(block, found->second);
  in_use_ -= found->second;
  give_back(static_cast<std::byte*>(block), found->second);
  blocks_.erase(found);
  return true;
}

bool DeviceHeap::holds(const void* p, size_t bytes) const {
  const std::lock_guard lock(mutex_);
  const auto address = reinterpret_cast<uintptr_t>(p);
  auto next = blocks_.upper_bound(address);
  if (next == blocks_.begin()) return false;
  const auto& [start, size] = *--next;
  return address - start <= size && bytes <= size - (address - start);
}

std::byte* SharedMemory::resize(size_t bytes) {
  if (bytes == bytes_) return data_;
  DeviceHeap& heap = DeviceHeap::instance();
  if (data_ != nullptr) heap.release(data_);
  data_ = static_cast<std::byte*>(heap.allocate(bytes));
  bytes_ = bytes;
  return data_;
}

}  // namespace emulation
