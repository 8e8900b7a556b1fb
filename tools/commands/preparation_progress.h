#pragma once

#include "tools/cli/progress.h"
#include "train/features/split_data.h"

namespace storyteller {

/// Shows what is prepared for a model to read. `progress` must outlive the observer.
PreparationObserver observe_preparation(Progress& progress);

}  // namespace storyteller
