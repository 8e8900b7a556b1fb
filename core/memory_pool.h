#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <unordered_set>
#include <utility>
#include <vector>

namespace storyteller {

/// Hands out blocks of a device's memory and takes them back without asking the system again.
///
/// Sizes are rounded up to a class (four classes to each power of two, at least 64 bytes), and of
/// the free blocks of a class the one with the lowest address is handed out first. Hence equal
/// sequences of requests get equal addresses, and a warm training step takes nothing from the
/// system. Thread-safe. Blocks are 64-byte aligned. They are returned to the system by the
/// destructor, and the free ones of all classes when the system has no more: then the pool asks it
/// once again.
class MemoryPool {
 public:
  /// How the pool gets and gives back memory, in blocks aligned to 64 bytes at least.
  struct Source {
    std::function<void*(size_t bytes)> allocate;  ///< null when there is no more
    std::function<void(void* block)> release;
    const char* memory = "memory";         ///< what it is called in messages
    std::function<void()> wait = nullptr;  ///< until nobody works on blocks that came back; null:
                                           ///< nobody does
  };

  explicit MemoryPool(Source source) : source_(std::move(source)) {}
  ~MemoryPool();
  MemoryPool(const MemoryPool&) = delete;
  MemoryPool& operator=(const MemoryPool&) = delete;

  /// The host's memory. New blocks hold NaN bytes, so that a read of what nobody wrote shows.
  static Source host();

  /// Returns a block of at least `bytes` bytes (null for 0). Throws MemoryError when the system has
  /// no more, the pool's free blocks included.
  void* allocate(size_t bytes);
  /// Takes back a block; `bytes` is what was asked for.
  void release(void* block, size_t bytes);
  /// Returns all free blocks to the system.
  void give_back();

  size_t bytes_in_use() const { return bytes_in_use_; }
  /// At any one time so far.
  size_t most_bytes_in_use() const { return most_bytes_in_use_; }
  size_t bytes_from_system() const { return bytes_from_system_; }
  /// How many blocks were ever taken from the system; constant once a training step is warm.
  size_t system_allocations() const { return system_allocations_; }

  /// The size that a request of `bytes` is rounded up to.
  static size_t class_size(size_t bytes);

 private:
  static constexpr int kClasses = 4 * 64;
  static int class_index(size_t bytes);
  void* take_from_system(size_t size, int index);
  void give_back_free_blocks();

  Source source_;
  mutable std::mutex mutex_;
  std::vector<void*> free_[kClasses];   // each a min-heap by address
  size_t class_blocks_[kClasses] = {};  // held of the system's
  std::unordered_set<void*> system_blocks_;
  size_t system_allocations_ = 0;
  size_t bytes_in_use_ = 0;
  size_t most_bytes_in_use_ = 0;
  size_t bytes_from_system_ = 0;
};

}  // namespace storyteller
