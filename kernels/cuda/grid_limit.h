#pragma once

#include <cstdint>

namespace storyteller {

/// The most blocks that grid_for() asks for; kernels go on in a loop. The emulated build has a few
/// only, so that tests of small sizes go round that loop.
inline constexpr int64_t kMostBlocks = int64_t{1} << 16;

}  // namespace storyteller
