#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "train/metrics/caption_scorer.h"
#include "train/selection.h"
#include "train/session/train_options.h"
#include "train/training_data.h"
#include "train/validation/examiner.h"
#include "train/validation/validation.h"

namespace storyteller {

/// Says how well a model captions the validation pictures of one data set. Their references are
/// prepared once, at the first validation.
class Validator : public Examiner {
 public:
  /// References must outlive the object. Throws UsageError where the metrics are none, or lack the
  /// one that selects, and InputError where one of them lacks its data: mistakes show before the
  /// first step.
  Validator(const TrainOptions& options, Captioner& captioner, const ValidationSet& data);

  const std::string& name() const override { return name_; }

  const Criterion& criterion() const override { return criterion_; }
  size_t pictures() const override { return pictures_; }
  /// A caption for each of them. `progress` may be empty, and may throw to give up. Throws
  /// ModelError where no word has a probability, and InputError where no picture can be read.
  std::vector<Caption> caption(FeatureSource& source, const Progress& progress) const;
  /// How good the captions are.
  CaptionScores score(const std::vector<Caption>& captions);
  Marks examine(FeatureSource& source, const Progress& progress) override;
  void probe(FeatureSource& source, const Progress& progress) const override;
  /// Mean cross-entropy a word of their captions, see validation_loss(); nothing where it is not
  /// finite.
  std::optional<double> loss(FeatureSource& source) const override;

 private:
  std::string name_;
  Captioner& captioner_;
  const CaptionCorpus& references_;
  int begin_;
  size_t pictures_;
  int max_words_;
  ScorerOptions scoring_;
  Criterion criterion_;
  std::optional<CaptionScorer> scorer_;  // from the first validation on
};

}  // namespace storyteller
