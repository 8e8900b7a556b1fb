#include "train/features/training_sources.h"

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
    if (!captioner.fine_tunes_encoder()) return;
  }
  if (data.train_layers) {
    learning_ = std::make_unique<CachedFeatures>(data.train_layers, captioner, augmentation,
                                                 captioner.first_trained_layer());
  } else {
    learning_ = std::make_unique<EncodedPictures>(data.train, captioner, options.loader_threads,
                                                  bad, augmentation);
  }
}

std::vector<CaptionLength> TrainingSources::usable(const EncodedCaptions& captions) const {
  std::vector<CaptionLength> lengths = captions.lengths();
  const FeatureCache* cache =
      captioner_.fine_tunes_encoder() ? data_.train_layers.plain : data_.train_features;
  if (cache == nullptr) return lengths;
  for (CaptionLength& caption : lengths) {
    if (!cache->usable(caption.image)) caption.length = 0;  // the sampler leaves these out
  }
  return lengths;
}

FeatureSource& TrainingSources::training(bool encoder_frozen) const {
  const bool frozen = frozen_ != nullptr && encoder_frozen;
  return *(frozen || learning_ == nullptr ? frozen_ : learning_);
}

std::unique_ptr<FeatureSource> TrainingSources::validation(bool encoder_frozen) const {
  if (encoder_frozen && data_.validation_features != nullptr) {
    return std::make_unique<CachedFeatures>(CachedViews{.plain = data_.validation_features},
                                            captioner_, nullptr);
  }
  if (data_.validation_layers) {
    return std::make_unique<CachedFeatures>(data_.validation_layers, captioner_, nullptr,
                                            captioner_.first_trained_layer());
  }
  return std::make_unique<EncodedPictures>(data_.validation, captioner_, 1, bad_);
}

}  // namespace storyteller
