#pragma once

#include <span>

#include "train/metrics/spice/spice.h"

namespace storyteller {

/// The counts that SPICE's scorer wrote as the statistics of a caption.
SpiceCounts spice_counts_of(std::span<const double> statistics);

}  // namespace storyteller
