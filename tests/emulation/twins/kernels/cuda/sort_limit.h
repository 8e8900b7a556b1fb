#pragma once

#include <cstdint>

namespace storyteller {

inline constexpr int64_t kMostSorted = 2048;

}  // namespace storyteller
