#include "tests/emulation/variants/memcheck/clock.h"

#include <algorithm>

namespace emulation {

void Clock::block_begins(uint32_t block, int threads) {
  block_ = block % (UINT32_MAX / kThreads);
  barrier_ = ++now_;  // older times in seen_ lie before it
  if (seen_.size() < static_cast<size_t>(threads)) seen_.resize(static_cast<size_t>(threads));
}

void Clock::warp_barrier(int warp, unsigned mask) {
  ++now_;
  std::array<uint32_t, kWarpLanes> joined = {};
  for (int lane = 0; lane < kWarpLanes; ++lane) {
    if ((mask >> lane & 1U) == 0) continue;
    const auto& seen = seen_[static_cast<size_t>(warp * kWarpLanes + lane)];
    for (size_t i = 0; i < joined.size(); ++i) joined[i] = std::max(joined[i], seen[i]);
  }
  for (size_t i = 0; i < joined.size(); ++i) {
    if ((mask >> i & 1U) != 0) joined[i] = now_;
  }
  for (int lane = 0; lane < kWarpLanes; ++lane) {
    if ((mask >> lane & 1U) != 0) seen_[static_cast<size_t>(warp * kWarpLanes + lane)] = joined;
  }
}

}  // namespace emulation
