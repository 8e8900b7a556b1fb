#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "model/captioner.h"
#include "train/data/dataset.h"
#include "train/features/feature_cache.h"

namespace storyteller {

/// What is kept of an encoder's work on a data set.
struct FeatureStage {
  /// The features; or, for a captioner that fine-tunes its encoder, what the first layer that
  /// learns reads, and the regions are those of that layer.
  bool frozen_layers_only = false;
  bool mirrored = false;  ///< of the mirrored pictures
};

/// What the features of a data set depend on: the encoder's name and weights, of the frozen layers
/// alone where the stage says so, the decoder of pictures and the preprocessing, and what they hold
/// (which is read at the first call, see Dataset::content).
FeatureKey feature_key(Captioner& captioner, const Dataset& dataset,
                       const FeatureStage& stage = {});

/// Where a frozen encoder's features are kept, and how the user hears of the work.
struct FeatureFolder {
  std::filesystem::path folder;
  int threads = 1;  ///< that decode pictures ahead
  std::function<void(size_t done, size_t total)> progress;
  std::function<void(const std::string&)> message;
  std::string prefix = {};  ///< in front of the names of pictures that cannot be used
};

/// The features of a whole data set, computed at first use and then taken from `folder`.
std::unique_ptr<FeatureCache> cached_features(Captioner& captioner, const Dataset& dataset,
                                              const FeatureFolder& where, BadPictures& bad,
                                              const FeatureStage& stage = {});

}  // namespace storyteller
