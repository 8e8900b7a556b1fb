#pragma once

#include <cstdint>

#include <cuda_runtime.h>

#include "tests/emulation/device/warp_collective.h"

// Stands in for kernels/cuda/ptx/ldmatrix.h where the device is emulated. The lanes exchange the
// addresses of rows; each then reads its own elements, so that the checks see who reads what.
namespace storyteller {

namespace ldmatrix_twin {

/// Where a lane's two elements of each piece lie.
struct Places {
  const uint16_t* low[4];
  const uint16_t* high[4];
};

inline void check_alignment(const void* row, emulation::Site site) {
  if (reinterpret_cast<uintptr_t>(row) % 16 != 0) {
    emulation::fail_kernel("ldmatrix: a row does not lie at a multiple of 16 bytes", site, -1, 0);
  }
}

inline void read(const Places& at, uint32_t (&words)[4]) {
  for (int p = 0; p < 4; ++p) words[p] = *at.low[p] | uint32_t{*at.high[p]} << 16;
}

}  // namespace ldmatrix_twin

inline void ldmatrix(uint32_t (&words)[4], const void* row, const char* file = __builtin_FILE(),
                     int line = __builtin_LINE()) {
  using ldmatrix_twin::Places;
  ldmatrix_twin::check_alignment(row, {file, line});
  const auto* mine = static_cast<const uint16_t*>(row);
  read(emulation::warp_collective<Places>(
           "ldmatrix", 0xFFFFFFFFU, mine,
           [](emulation::Lanes<const uint16_t*, Places> lanes) {
             for (int lane = 0; lane < 32; ++lane) {
               for (int p = 0; p < 4; ++p) {
                 const uint16_t* at = lanes.argument(8 * p + lane / 4) + 2 * (lane % 4);
                 lanes.result(lane).low[p] = at;
                 lanes.result(lane).high[p] = at + 1;
               }
             }
           },
           {file, line}),
       words);
}

inline void ldmatrix_transposed(uint32_t (&words)[4], const void* row,
                                const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  using ldmatrix_twin::Places;
  ldmatrix_twin::check_alignment(row, {file, line});
  const auto* mine = static_cast<const uint16_t*>(row);
  read(emulation::warp_collective<Places>("ldmatrix_transposed", 0xFFFFFFFFU, mine,
                                          [](emulation::Lanes<const uint16_t*, Places> lanes) {
                                            for (int lane = 0; lane < 32; ++lane) {
                                              const int g = lane / 4, t = lane % 4;
                                              for (int p = 0; p < 4; ++p) {
                                                lanes.result(lane).low[p] =
                                                    lanes.argument(8 * p + 2 * t) + g;
                                                lanes.result(lane).high[p] =
                                                    lanes.argument(8 * p + 2 * t + 1) + g;
                                              }
                                            }
                                          },
                                          {file, line}),
       words);
}

}  // namespace storyteller
