#pragma once

#include "tools/cli/progress.h"
#include "train/session/training_session.h"

namespace storyteller {

/// Shows how a session gets on. The arguments must outlive the observer.
SessionObserver observe(Progress& progress, const TrainingSession& session);

}  // namespace storyteller
