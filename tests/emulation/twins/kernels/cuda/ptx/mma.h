#pragma once

#include <bit>
#include <cstdint>

#include "tests/emulation/device/warp_collective.h"

// Stands in for kernels/cuda/ptx/mma.h where the device is emulated: the same distribution of
// elements over lanes; products and sums in float, k ascending. (Tensor cores add in an order of
// their own: only a GPU shows their rounding.)
namespace storyteller {

namespace mma_twin {

struct Fragments {
  float d[4];
  uint32_t a[4], b[2];
};
struct Sums {
  float d[4];
};

inline float low_half(uint32_t x) { return std::bit_cast<float>(x << 16); }
inline float high_half(uint32_t x) { return std::bit_cast<float>(x & 0xFFFF0000U); }
inline float tf32(uint32_t x) { return std::bit_cast<float>(x & 0xFFFFE000U); }

struct Bf16 {
  float operator()(float sum, uint32_t a, uint32_t b) const {
    sum += low_half(a) * low_half(b);
    return sum + high_half(a) * high_half(b);
  }
};
struct Tf32 {
  float operator()(float sum, uint32_t a, uint32_t b) const { return sum + tf32(a) * tf32(b); }
};

/// The product of a warp. `Multiply` adds the products of one register of a and one of b.
template <class Multiply>
void product(const char* name, float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2],
             emulation::Site site) {
  const Fragments mine{{d[0], d[1], d[2], d[3]}, {a[0], a[1], a[2], a[3]}, {b[0], b[1]}};
  const auto sums = emulation::warp_collective<Sums>(
      name, 0xFFFFFFFFU, mine,
      [](emulation::Lanes<Fragments, Sums> lanes) {
        for (int lane = 0; lane < 32; ++lane) {
          const int g = lane / 4, t = lane % 4;
          for (int e = 0; e < 4; ++e) {  // element of d: row g or g + 8, column 2t or 2t + 1
            const int lower = e / 2, column = 2 * t + e % 2;
            float sum = lanes.argument(lane).d[e];
            for (int half = 0; half < 2; ++half) {
              for (int s = 0; s < 4; ++s) {
                sum = Multiply{}(sum, lanes.argument(4 * g + s).a[2 * half + lower],
                                 lanes.argument(4 * column + s).b[half]);
              }
            }
            lanes.result(lane).d[e] = sum;
          }
        }
      },
      site);
  for (int e = 0; e < 4; ++e) d[e] = sums.d[e];
}

}  // namespace mma_twin

inline void mma_bf16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2],
                     const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  mma_twin::product<mma_twin::Bf16>("mma_bf16", d, a, b, {file, line});
}

inline void mma_tf32(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2],
                     const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  mma_twin::product<mma_twin::Tf32>("mma_tf32", d, a, b, {file, line});
}

inline uint32_t to_tf32(float x) { return (std::bit_cast<uint32_t>(x) + 0x1000U) & 0xFFFFE000U; }

}  // namespace storyteller
