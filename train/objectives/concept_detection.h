#pragma once

#include <string_view>
#include <vector>

#include "train/objectives/table.h"

namespace storyteller {

/// How well the mean of a picture's regions tells which concepts its captions name, by the model's
/// detector (Concepts): the binary cross-entropy, a mean over pictures and concepts. All concepts
/// weigh alike, so that what the detector says is a probability, which a threshold means. Captions
/// without a picture count as pictures of which all is known.
class ConceptDetection : public Objective {
 public:
  static constexpr std::string_view kName = "concept_detection";

  /// InternalError where the model has no concepts.
  explicit ConceptDetection(const ObjectiveContext& context);
  std::string_view name() const override { return kName; }
  void record(Tape& tape, const StepInput& input, std::vector<LossTerm>* terms) override;

 private:
  std::vector<int32_t> rows_with_pictures(std::span<const size_t> images) const;

  const Captioner& captioner_;
  const PictureConcepts& of_pictures_;
  const Dataset* pictures_;
  double weight_;
  int64_t width_;  // of a row of scores
  Tensor concept_weight_;
  std::vector<float> present_;  // (I,width) of the current batch
};

}  // namespace storyteller
