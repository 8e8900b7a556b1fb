#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "train/training_state.h"

namespace storyteller {

/// Callbacks of a training run; every function may be empty.
struct TrainingObserver {
  std::function<void(const TrainingState&, int64_t steps_per_epoch, double loss)> step;
  std::function<void(size_t done, size_t total)> validating;
  std::function<void(const EpochRecord&, bool best)> epoch;
  /// After an epoch in which the word detector learned alone: its number, from 1, and mean loss.
  std::function<void(int64_t epoch, double loss)> detector_epoch;
  std::function<void(const std::string&)> message;
};

/// How a training run ended: kStopped by a signal, and it can go on.
enum class TrainingOutcome { kFinished, kStopped };

}  // namespace storyteller
