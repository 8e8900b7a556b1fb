#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace storyteller {

/// Hands out blocks of a device's memory and takes them back without asking the system again.
///
/// Sizes are rounded up to a class (four classes to each power of two, at least 64 bytes), and of
/// the free blocks of a class the one with the lowest address is handed out first. Hence equal
/// sequences of requests get equal addresses, and a warm training step takes nothing from the
/// system. Thread-safe. Blocks are 64-byte aligned and are returned to the system by the destructor
/// alone.
class MemoryPool {
 public:
  /// How the pool gets and gives back memory, in blocks aligned to 64 bytes at least. `allocate`
  /// returns null when there is no more, and fills what it returns with NaN bytes, so that a read
  /// of what nobody wrote shows.
  struct Source {
    std::function<void*(size_t bytes)> allocate;
    void (*release)(void* block);
    const char* memory = "memory";  ///< what it is called in messages
  };

  explicit MemoryPool(Source source) : source_(std::move(source)) {}
  ~MemoryPool();
  MemoryPool(const MemoryPool&) = delete;
  MemoryPool& operator=(const MemoryPool&) = delete;

  /// The host's memory.
  static Source host();

  /// Returns a block of at least `bytes` bytes (null for 0). Throws MemoryError when the system has
  /// no more.
  void* allocate(size_t bytes);
  /// Takes back a block; `bytes` is what was asked for.
  void release(void* block, size_t bytes);

  size_t bytes_in_use() const { return bytes_in_use_; }
  size_t bytes_from_system() const { return bytes_from_system_; }
  /// How many blocks were ever taken from the system; constant once a training step is warm.
  size_t system_allocations() const { return system_blocks_.size(); }

  /// The size that a request of `bytes` is rounded up to.
  static size_t class_size(size_t bytes);

 private:
  static constexpr int kClasses = 4 * 64;
  static int class_index(size_t bytes);

  Source source_;
  mutable std::mutex mutex_;
  std::vector<void*> free_[kClasses];   // each a min-heap by address
  size_t class_blocks_[kClasses] = {};  // taken from the system so far
  std::vector<void*> system_blocks_;
  size_t bytes_in_use_ = 0;
  size_t bytes_from_system_ = 0;
};

}  // namespace storyteller
