#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "model/captioner.h"
#include "train/data/dataset.h"
#include "train/data/feature_cache.h"

namespace storyteller {

/// What the features of a data set depend on: the encoder's name and weights, the preprocessing,
/// and the pictures.
FeatureKey feature_key(Captioner& captioner, const Dataset& dataset);

/// Where a frozen encoder's features are kept, and how the user hears of the work.
struct FeatureFolder {
  std::filesystem::path folder;
  int threads = 1;  ///< that decode pictures ahead
  std::function<void(size_t done, size_t total)> progress;
  std::function<void(const std::string&)> message;
};

/// The features of a whole data set, computed at first use and then taken from `folder`.
std::unique_ptr<FeatureCache> cached_features(Captioner& captioner, const Dataset& dataset,
                                              const FeatureFolder& where, BadPictures& bad);

}  // namespace storyteller
