#pragma once

#include <cstdint>

namespace storyteller {

/// The most blocks that grid_for() asks for; kernels go on in a loop. The emulated build has a few
/// only, so that tests of small sizes go round that loop.
inline constexpr int64_t kMostBlocks = int64_t{1} << 16;

/// The most blocks along y that a grid may have (CUDA C++ Programming Guide, "Technical
/// Specifications per Compute Capability"); kernels go on in a loop here too.
inline constexpr int64_t kMostBlocksAlongY = 65535;

}  // namespace storyteller
