#pragma once

#include <cstdint>

#include "kernels/region_reward.h"

namespace storyteller {

/// Elements of what region_reward_loss keeps from step to step (DrawnRegions::state), 0 at first.
inline constexpr int64_t kRegionRewardState = RegionRewardState::kSize;

}  // namespace storyteller
