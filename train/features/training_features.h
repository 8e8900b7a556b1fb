#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "train/features/split_data.h"
#include "train/session/train_options.h"
#include "train/training_data.h"

namespace storyteller {

/// What frozen layers say about the pictures of a training run, computed once. Null where the run
/// does not need it.
struct TrainingFeatures {
  struct Validation {
    std::unique_ptr<FeatureCache> features, layers;
  };
  std::unique_ptr<FeatureCache> train, train_mirrored;
  std::unique_ptr<FeatureCache> train_layers, train_layers_mirrored;
  std::vector<Validation> validation;  ///< one for each set

  /// Computes them, or takes them from the folder. `validated`: epochs that are already behind a
  /// run that goes on; after the last with a frozen encoder its features are of no use.
  static TrainingFeatures prepare(const SplitData& train, std::span<const SplitData> validation,
                                  Captioner& captioner, const TrainOptions& options,
                                  int64_t validated, const std::string& folder,
                                  const PreparationObserver& observer, BadPictures& bad);

  TrainingData data(const SplitData& train_split,
                    std::span<const SplitData> validation_splits) const;
};

}  // namespace storyteller
