#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

namespace emulation {

/// The memory of the emulated device. Blocks are aligned to 256 bytes, end exactly where they were
/// asked to, and begin as NaN bytes. Two variants exist: one arena, which the host cannot touch
/// outside of a DeviceRole (a pointer mixed up between host and device ends the program with the
/// place), and separate blocks of malloc, whose ends AddressSanitizer watches.
class DeviceHeap {
 public:
  static DeviceHeap& instance();

  /// Null when there is no more.
  void* allocate(size_t bytes);
  /// False when no block begins there.
  bool release(void* block);
  /// Whether all of these bytes lie in one block.
  bool holds(const void* p, size_t bytes) const;
  size_t bytes_in_use() const { return in_use_; }

  static constexpr size_t kAlignment = 256;
  static constexpr size_t kMostBytes = size_t{8} << 30;

 private:
  friend class DeviceRole;
  // The variant's part.
  std::byte* take(size_t bytes);
  static void give_back(std::byte* block, size_t bytes);
  /// To the calling thread, until close().
  static void open();
  static void close();
  /// Of a thread that has the rest open: what was taken since.
  static void open_new();

  mutable std::mutex mutex_;
  std::map<uintptr_t, size_t> blocks_;
  size_t in_use_ = 0;
};

/// While it lives, this program acts for the device: a kernel, a copy, a library's stand-in.
class DeviceRole {
 public:
  DeviceRole();
  ~DeviceRole();
  DeviceRole(const DeviceRole&) = delete;
  DeviceRole& operator=(const DeviceRole&) = delete;
};

/// The dynamic shared memory of the block that runs.
class SharedMemory {
 public:
  /// Exactly so many bytes.
  std::byte* resize(size_t bytes);
  std::byte* data() const { return data_; }
  size_t bytes() const { return bytes_; }

 private:
  std::byte* data_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace emulation
