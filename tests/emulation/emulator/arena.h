#pragma once

#include <cstddef>

namespace emulation {

/// The address space of the device's memory, where the variant has one.
struct Arena {
  std::byte* low = nullptr;
  std::byte* next = nullptr;  ///< where the next block may begin
  std::byte* end = nullptr;  ///< of the part in use, small: where pages are guarded, all are walked
  std::byte* high = nullptr;

  bool holds(const void* p) const { return p >= low && p < high; }
  /// Makes the part in use larger by at least so many bytes, or says that it cannot.
  bool grow(size_t bytes);
};
Arena& arena();

}  // namespace emulation
