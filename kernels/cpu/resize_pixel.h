#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/image_preprocess.h"

namespace storyteller {

/// A sum of weighted bytes as a byte again.
inline uint8_t resize_byte(int32_t sum) {
  return static_cast<uint8_t>(std::clamp(sum >> ResizeTaps::kFractionBits, 0, 255));
}

/// Sums `count` pixels of three bytes, `step` bytes apart, into the rounded bytes of one.
inline void resize_pixel(const uint8_t* from, int64_t step, const int32_t* weights, int32_t count,
                         uint8_t* to) {
  int32_t r = ResizeTaps::kHalf, g = ResizeTaps::kHalf, b = ResizeTaps::kHalf;
  for (int32_t i = 0; i < count; ++i, from += step) {
    r += from[0] * weights[i];
    g += from[1] * weights[i];
    b += from[2] * weights[i];
  }
  to[0] = resize_byte(r);
  to[1] = resize_byte(g);
  to[2] = resize_byte(b);
}

}  // namespace storyteller
