#pragma once

#include <memory>
#include <span>

#include "model/captioner.h"
#include "train/data/caption_corpus.h"
#include "train/data/dataset.h"
#include "train/features/feature_cache.h"
#include "train/features/feature_source.h"

namespace storyteller {

/// What a run reads. References must outlive the trainer; the features are null for an encoder that
/// is trained along from the beginning.
struct TrainingData {
  const Dataset& train;
  const CaptionCorpus& train_captions;
  const FeatureCache* train_features;
  const Dataset& validation;
  const CaptionCorpus& validation_captions;
  const FeatureCache* validation_features;
  const FeatureCache* train_mirrored = nullptr;  ///< features of mirrored pictures, for `flip`
  /// What the first layer that learns reads, for a pretrained encoder that is fine-tuned; null: the
  /// frozen layers run in every step.
  CachedViews train_layers = {}, validation_layers = {};
  /// Models to learn from, see ObjectiveContext.
  std::span<const std::unique_ptr<Captioner>> teachers = {};
};

}  // namespace storyteller
