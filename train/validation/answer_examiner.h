#pragma once

#include <string>

#include "model/captioner.h"
#include "train/session/train_options.h"
#include "train/training_data.h"
#include "train/validation/examiner.h"

namespace storyteller {

/// Says how well a model answers the questions about the validation pictures: `accuracy`, the mean
/// agreement with people (answer_accuracy), and that of the questions whose answer is yes or no and
/// of the others.
class AnswerExaminer : public Examiner {
 public:
  /// References must outlive the object. Throws UsageError where the setting `selection` is no
  /// score of answers.
  AnswerExaminer(const TrainOptions& options, Captioner& captioner, const ValidationSet& data);

  const std::string& name() const override { return name_; }
  const Criterion& criterion() const override { return criterion_; }
  size_t pictures() const override { return pictures_; }
  Marks examine(FeatureSource& source, const Progress& progress) override;
  void probe(FeatureSource& source, const Progress& progress) const override;
  std::optional<double> loss(FeatureSource&) const override { return std::nullopt; }

 private:
  std::string name_;
  Captioner& captioner_;
  const Dataset& dataset_;
  EncodedCaptions questions_;
  size_t pictures_;
  Criterion criterion_;
};

}  // namespace storyteller
