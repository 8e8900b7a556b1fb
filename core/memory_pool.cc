#include "core/memory_pool.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>

#include "core/error.h"

namespace storyteller {
namespace {

constexpr size_t kAlignment = 64, kHugePage = size_t{2} << 20;

void* allocate_host(size_t bytes) {
  // Where large blocks lie in pages of 4 KiB, getting them takes a third of the time that a program
  // needs for its first caption.
  const size_t alignment = bytes < kHugePage ? kAlignment : kHugePage;
  void* block = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (block == nullptr) return nullptr;
  if (bytes >= kHugePage) ::madvise(block, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
  std::memset(block, 0xFF, bytes);
  return block;
}

}  // namespace

MemoryPool::Source MemoryPool::host() { return {.allocate = allocate_host, .release = std::free}; }

MemoryPool::~MemoryPool() {
  for (void* block : system_blocks_) source_.release(block);
}

size_t MemoryPool::class_size(size_t bytes) {
  if (bytes <= kAlignment) return kAlignment;
  const size_t step = std::max(std::bit_floor(bytes - 1) / 4, kAlignment);
  return (bytes + step - 1) / step * step;
}

int MemoryPool::class_index(size_t bytes) {
  const size_t size = class_size(bytes);
  const int exponent = std::bit_width(size) - 1;
  const size_t quarter = (size >> (exponent - 2)) & 3;
  return 4 * exponent + static_cast<int>(quarter);
}

void* MemoryPool::allocate(size_t bytes) {
  if (bytes == 0) return nullptr;
  const size_t size = class_size(bytes);
  const std::lock_guard lock(mutex_);
  std::vector<void*>& heap = free_[class_index(bytes)];
  void* block = nullptr;
  if (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), std::greater<>());
    block = heap.back();
    heap.pop_back();
  } else {
    block = take_from_system(size, class_index(bytes));
  }
  bytes_in_use_ += size;
  most_bytes_in_use_ = std::max(most_bytes_in_use_, bytes_in_use_);
  return block;
}

void* MemoryPool::take_from_system(size_t size, int index) {
  void* block = source_.allocate(size);
  if (block == nullptr && bytes_from_system_ > bytes_in_use_) {
    give_back_free_blocks();
    block = source_.allocate(size);
  }
  if (block == nullptr) {
    throw MemoryError(std::string("out of ") + source_.memory + ": " + std::to_string(size) +
                      " bytes more were asked for, " + std::to_string(bytes_from_system_) +
                      " are held");
  }
  system_blocks_.insert(block);
  ++system_allocations_;
  // Room for every block of the class, so that release() never allocates.
  const size_t blocks = ++class_blocks_[index];
  std::vector<void*>& heap = free_[index];
  if (heap.capacity() < blocks) heap.reserve(2 * blocks);
  bytes_from_system_ += size;
  return block;
}

void MemoryPool::give_back() {
  const std::lock_guard lock(mutex_);
  give_back_free_blocks();
}

void MemoryPool::give_back_free_blocks() {
  if (source_.wait) source_.wait();
  for (int index = 0; index < kClasses; ++index) {
    for (void* block : free_[index]) {
      system_blocks_.erase(block);
      source_.release(block);
    }
    class_blocks_[index] -= free_[index].size();
    free_[index].clear();
  }
  bytes_from_system_ = bytes_in_use_;
}

void MemoryPool::release(void* block, size_t bytes) {
  if (block == nullptr) return;
  const std::lock_guard lock(mutex_);
  std::vector<void*>& heap = free_[class_index(bytes)];
  heap.push_back(block);
  std::push_heap(heap.begin(), heap.end(), std::greater<>());
  bytes_in_use_ -= class_size(bytes);
}

}  // namespace storyteller
