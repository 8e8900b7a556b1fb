#pragma once

#include <cstdint>

namespace storyteller {

/// The most tokens that embedding_backward sorts at once by comparing all pairs; more are taken one
/// part after the other. The emulated build has fewer, so that tests meet several parts.
inline constexpr int64_t kMostSorted = 8192;

}  // namespace storyteller
