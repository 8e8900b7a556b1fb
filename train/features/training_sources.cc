#include "train/features/training_sources.h"

#include <cstdint>
#include <string>
#include <utility>

#include "core/error.h"
#include "train/features/features_beside_text.h"

namespace storyteller {

TrainingSources::TrainingSources(const TrainOptions& options, Captioner& captioner,
                                 const TrainingData& data, BadPictures& bad)
    : captioner_(captioner),
      data_(data),
      bad_(bad),
      augmentation_(options.augmentation, data.train_captions, options.seed) {
  const bool augments = options.augmentation.flip > 0 || options.augmentation.crop < 1;
  const Augmentation* augmentation = augments ? &augmentation_ : nullptr;
  if (data.train_features != nullptr) {
    frozen_ = std::make_unique<CachedFeatures>(
        CachedViews{.plain = data.train_features, .mirrored = data.train_mirrored}, captioner,
        augmentation);
    frozen_ = beside_text(std::move(frozen_));
    if (!captioner.fine_tunes_encoder()) return;
  }
  if (data.train_layers) {
    learning_ = std::make_unique<CachedFeatures>(data.train_layers, captioner, augmentation,
                                                 captioner.first_trained_layer());
  } else {
    learning_ = std::make_unique<EncodedPictures>(data.train, captioner, options.loader_threads,
                                                  bad, augmentation);
  }
  learning_ = beside_text(std::move(learning_));
}

/// The source itself where every caption has a picture.
std::unique_ptr<FeatureSource> TrainingSources::beside_text(
    std::unique_ptr<FeatureSource> source) const {
  size_t pictured = 0;
  while (pictured < data_.train.size() && data_.train.has_picture(pictured)) ++pictured;
  if (pictured == data_.train.size()) return source;
  const Encoder& encoder = captioner_.encoder();
  return std::make_unique<FeaturesBesideText>(
      data_.train, captioner_, Shape{encoder.regions(), encoder.width()}, std::move(source));
}

std::vector<CaptionLength> TrainingSources::usable(const EncodedCaptions& captions) const {
  std::vector<CaptionLength> lengths = captions.lengths();
  const FeatureCache* cache =
      captioner_.fine_tunes_encoder() ? data_.train_layers.plain : data_.train_features;
  for (CaptionLength& caption : lengths) {
    if (cache == nullptr) break;
    if (!cache->usable(caption.image)) caption.length = 0;  // the sampler leaves these out
  }
  require_each_set(lengths);
  return lengths;
}

void TrainingSources::require_each_set(const std::vector<CaptionLength>& captions) const {
  auto caption = captions.begin();  // they come by image
  for (const TrainingSet& set : data_.sets) {
    size_t images = 0, last = SIZE_MAX;
    for (; caption != captions.end() && caption->image < set.end; ++caption) {
      if (caption->length == 0 || caption->image == last) continue;
      last = caption->image;
      ++images;
    }
    if (images == 0 && data_.sets.size() > 1) {
      throw InputError("data set '" + set.name + "': no captions to train on");
    }
    if (images > 0 && set.weight * static_cast<double>(images) < 1) {
      throw UsageError("`data_weights`: the weight of '" + set.name +
                       "' shows less than one picture of " + std::to_string(images) +
                       " in an epoch; give it more");
    }
  }
}

std::vector<ImageShare> TrainingSources::shares() const {
  std::vector<ImageShare> shares;
  for (const TrainingSet& set : data_.sets) shares.push_back({set.end, set.weight});
  return shares;
}

FeatureSource& TrainingSources::training(bool encoder_frozen) const {
  const bool frozen = frozen_ != nullptr && encoder_frozen;
  return *(frozen || learning_ == nullptr ? frozen_ : learning_);
}

std::unique_ptr<FeatureSource> TrainingSources::validation(size_t set, bool encoder_frozen) const {
  const ValidationSet& data = data_.validation[set];
  if (encoder_frozen && data.features != nullptr) {
    return std::make_unique<CachedFeatures>(CachedViews{.plain = data.features}, captioner_,
                                            nullptr);
  }
  if (data.layers) {
    return std::make_unique<CachedFeatures>(data.layers, captioner_, nullptr,
                                            captioner_.first_trained_layer());
  }
  return std::make_unique<EncodedPictures>(data.dataset, captioner_, 1, bad_);
}

}  // namespace storyteller
