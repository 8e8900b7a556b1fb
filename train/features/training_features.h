#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "train/features/split_data.h"
#include "train/session/train_options.h"
#include "train/training_data.h"

namespace storyteller {

/// What frozen layers say about the pictures of a training run, computed once. Null where the run
/// does not need it.
struct TrainingFeatures {
  std::unique_ptr<FeatureCache> train, train_mirrored, validation;
  std::unique_ptr<FeatureCache> train_layers, train_layers_mirrored, validation_layers;

  /// Computes them, or takes them from the folder. `validated`: epochs that are already behind a
  /// run that goes on; after the last with a frozen encoder its features are of no use.
  static TrainingFeatures prepare(const SplitData& train, const SplitData& validation,
                                  Captioner& captioner, const TrainOptions& options,
                                  int64_t validated, const std::string& folder,
                                  const PreparationObserver& observer, BadPictures& bad);

  TrainingData data(const SplitData& train_split, const SplitData& validation_split) const;
};

}  // namespace storyteller
