#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/captioner.h"
#include "train/data/caption_corpus.h"
#include "train/data/dataset.h"
#include "train/features/feature_cache.h"
#include "train/features/feature_source.h"

namespace storyteller {

/// One of the data sets whose pictures are trained on.
struct TrainingSet {
  std::string name;
  size_t end = 0;     ///< the training pictures below it, from the end of the set before on
  double weight = 1;  ///< how often a picture is seen in an epoch, see ImageShare
  int begin = Vocabulary::kStart;  ///< what captions begin with: see model/style_tokens.h
};

/// Pictures that a model is validated on.
struct ValidationSet {
  std::string name;  ///< "": there is one
  const Dataset& dataset;
  const CaptionCorpus& captions;
  const FeatureCache* features = nullptr;  ///< as TrainingData::train_features
  CachedViews layers = {};                 ///< as TrainingData::train_layers
  int begin = Vocabulary::kStart;          ///< what its captions begin with
};

/// What a run reads. References must outlive the trainer; the features are null for an encoder that
/// is trained along from the beginning.
struct TrainingData {
  const Dataset& train;
  const CaptionCorpus& train_captions;
  const FeatureCache* train_features;
  std::vector<ValidationSet> validation;         ///< at least one
  std::vector<TrainingSet> sets = {};            ///< of `train`; empty: it is one
  const FeatureCache* train_mirrored = nullptr;  ///< features of mirrored pictures, for `flip`
  /// What the first layer that learns reads, for a pretrained encoder that is fine-tuned; null: the
  /// frozen layers run in every step.
  CachedViews train_layers = {};
  /// Models to learn from, see ObjectiveContext.
  std::span<const std::unique_ptr<Captioner>> teachers = {};
};

}  // namespace storyteller
