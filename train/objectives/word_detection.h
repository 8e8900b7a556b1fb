#pragma once

#include <string_view>
#include <vector>

#include "train/objectives/table.h"
#include "train/objectives/word_presence.h"

namespace storyteller {

/// How well the regions of a picture tell which words its captions use, by the model's word
/// detector.
class WordDetection : public Objective {
 public:
  static constexpr std::string_view kName = "word_detection";

  /// InternalError where the model has no word detector.
  explicit WordDetection(const ObjectiveContext& context);
  std::string_view name() const override { return kName; }
  void record(Tape& tape, const StepInput& input, std::vector<LossTerm>* terms) override;

 private:
  const Captioner& captioner_;
  WordPresence presence_;
  double weight_;
  Tensor word_weight_;          // (V) of presence_, padded as the scores are
  std::vector<float> present_;  // (I,V) of the current batch
};

}  // namespace storyteller
