#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernels/philox.h"

namespace storyteller {

// Random numbers above the kernels: philox() itself comes with this header.

/// Draws in sequence from one Philox stream: a pure function of (key, stream), so whatever is
/// built from it can be rebuilt alone, in any order, on any thread.
class RandomStream {
 public:
  RandomStream(uint64_t key, uint64_t stream) : key_(key), stream_(stream) {}

  uint32_t bits() {
    if (used_ == 4) {
      block_ = philox(key_, stream_, counter_++);
      used_ = 0;
    }
    return block_[used_++];
  }

  /// Uniform in [0, 1).
  float uniform() { return uniform01(bits()); }
  /// Uniform in [low, high).
  float uniform(float low, float high) { return low + (high - low) * uniform(); }
  /// Uniform in 0..n-1 by multiply and shift; the bias is below n / 2^32.
  uint32_t below(uint32_t n) { return static_cast<uint32_t>((uint64_t{bits()} * n) >> 32); }
  bool chance(float probability) { return uniform() < probability; }

  template <class Range>
  void shuffle(Range& range) {  // Fisher-Yates
    for (size_t i = range.size(); i > 1; --i) {
      std::swap(range[i - 1], range[below(static_cast<uint32_t>(i))]);
    }
  }

 private:
  uint64_t key_, stream_, counter_ = 0;
  std::array<uint32_t, 4> block_{};
  unsigned used_ = 4;
};

}  // namespace storyteller
