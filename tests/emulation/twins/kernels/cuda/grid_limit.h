#pragma once

#include <cstdint>

namespace storyteller {

inline constexpr int64_t kMostBlocks = 3;
inline constexpr int64_t kMostBlocksAlongY = 3;

}  // namespace storyteller
