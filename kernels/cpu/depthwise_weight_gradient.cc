// The gradient of 5 x 5 depthwise filters, which oneDNN's depthwise kernels have not: its general
// ones take a filter for a convolution of one channel, which costs two to five times as much. A
// thread takes 16 channels, whose 25 sums stay in registers while it walks over all pixels; dy is
// read once, and what five rows of x have in common comes from the cache. Pixels lie too far apart
// for the hardware to foresee: what comes next is asked for.
#include "kernels/cpu/depthwise_weight_gradient.h"

#include <algorithm>
#include <cstring>

#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

using Lanes = float __attribute__((vector_size(64)));
constexpr int64_t kLanes = 16, kSide = 5;
constexpr int64_t kPixelsAhead = 8;

/// Adds the products of one pixel of dy, which tap (0, 0) of the filter meets at (h, w) of picture
/// i.
template <class V>
[[gnu::always_inline]] inline void add_taps(const Conv2dBackward<float>& p, int64_t i, int64_t h,
                                            int64_t w, int64_t channel, const V& g,
                                            V (&sums)[kSide * kSide]) {
  const Conv2dSizes& s = p.sizes;
  const bool inside = w >= 0 && w + kSide <= s.W;
#pragma GCC unroll 5
  for (int64_t r = 0; r < kSide; ++r) {
    if (h + r < 0 || h + r >= s.H) continue;
    const int64_t row = ((i * s.H + h + r) * s.W + w) * s.C + channel;
#pragma GCC unroll 5
    for (int64_t t = 0; t < kSide; ++t) {
      if (!inside && (w + t < 0 || w + t >= s.W)) continue;
      V x;
      std::memcpy(&x, p.x + row + t * s.C, sizeof(V));
      sums[r * kSide + t] += g * x;
    }
  }
}

/// All pixels, of the kWidth channels from `channel` on, which V holds.
template <class V, int64_t kWidth>
[[gnu::always_inline]] inline void channels(const Conv2dBackward<float>& p, int64_t channel) {
  const Conv2dSizes& s = p.sizes;
  const Window& window = s.window;
  const int64_t OH = s.out_height(), OW = s.out_width();
  V sums[kSide * kSide] = {};
  const float* dy = p.dy + channel;
  for (int64_t i = 0; i < s.I; ++i) {
    for (int64_t row = 0; row < OH; ++row) {
      const int64_t h = row * window.stride - window.padding.top;
      for (int64_t column = 0; column < OW; ++column, dy += s.C) {
        V g;
        std::memcpy(&g, dy, sizeof(V));
        __builtin_prefetch(dy + kPixelsAhead * s.C);
        const int64_t next_row = ((i * s.H + h + kSide) * s.W + column * window.stride) * s.C;
        __builtin_prefetch(p.x + next_row + channel);
        add_taps(p, i, h, column * window.stride - window.padding.left, channel, g, sums);
      }
    }
  }
  for (int64_t tap = 0; tap < kSide * kSide; ++tap) {
    float of_tap[kWidth];
    std::memcpy(of_tap, &sums[tap], sizeof(V));
    for (int64_t lane = 0; lane < kWidth; ++lane) {
      p.dweight[(channel + lane) * kSide * kSide + tap] += of_tap[lane];
    }
  }
}

STORYTELLER_SIMD void share(const Conv2dBackward<float>& p, int64_t begin, int64_t end) {
  int64_t channel = begin;
  for (; channel + kLanes <= end; channel += kLanes) channels<Lanes, kLanes>(p, channel);
  for (; channel < end; ++channel) channels<float, 1>(p, channel);
}

}  // namespace

bool has_depthwise_weight_gradient(const Conv2dSizes& s) {
  return s.groups == s.C && s.C == s.O && s.window.height == kSide && s.window.width == kSide;
}

void depthwise_weight_gradient(const Conv2dBackward<float>& p) {
  parallel_shares(p.sizes.C, p.sizes.outputs() * kSide * kSide, kLanes,
                  [&](int64_t begin, int64_t end) { share(p, begin, end); });
}

}  // namespace storyteller
