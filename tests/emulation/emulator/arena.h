#pragma once

#include <cstddef>

namespace emulation {

/// The address space of the device's memory, where the variant has one.
struct Arena {
  std::byte* low = nullptr;
  std::byte* next = nullptr;  ///< where the next block begins
  std::byte* high = nullptr;

  bool holds(const void* p) const { return p >= low && p < high; }
  void protect(int access) const;
};
Arena& arena();

}  // namespace emulation
