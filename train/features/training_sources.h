#pragma once

#include <memory>
#include <vector>

#include "train/batches/image_shares.h"
#include "train/data/augmentation.h"
#include "train/features/feature_source.h"
#include "train/session/train_options.h"
#include "train/training_data.h"

namespace storyteller {

/// Where features of a run's pictures come from, by whether its encoder is frozen: then from what
/// was computed once, if that is there.
class TrainingSources {
 public:
  /// References must outlive the object.
  TrainingSources(const TrainOptions& options, Captioner& captioner, const TrainingData& data,
                  BadPictures& bad);

  /// Of the training captions, the image and number of targets; 0 targets where the cache could not
  /// hold the picture. Throws InputError that names a data set of which no caption is left, and
  /// UsageError one whose weight shows less than a picture in an epoch.
  std::vector<CaptionLength> usable(const EncodedCaptions& captions) const;
  /// How often the pictures of each data set are seen.
  std::vector<ImageShare> shares() const;
  /// Of the training pictures.
  FeatureSource& training(bool encoder_frozen) const;
  /// Of the pictures of a validation set.
  std::unique_ptr<FeatureSource> validation(size_t set, bool encoder_frozen) const;

 private:
  void require_each_set(const std::vector<CaptionLength>& captions) const;
  std::unique_ptr<FeatureSource> beside_text(std::unique_ptr<FeatureSource> source) const;

  Captioner& captioner_;
  TrainingData data_;
  BadPictures& bad_;
  Augmentation augmentation_;
  std::unique_ptr<FeatureSource> frozen_;    // null: the encoder learns from the beginning
  std::unique_ptr<FeatureSource> learning_;  // null: it never learns
};

}  // namespace storyteller
