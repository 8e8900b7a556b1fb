#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "train/objectives/table.h"
#include "train/vqa/answer_targets.h"

namespace storyteller {

/// Answers to the questions that a batch's captions are: cross-entropy of the answer that people
/// agree on, or, for the setting vqa.loss=soft, binary cross-entropy of each answer against
/// min(1, people who gave it / 3) (Teney et al. 2018). Questions whose agreed answer the model does
/// not know teach nothing by the first.
class Answering : public Objective {
 public:
  static constexpr std::string_view kName = "answering";

  /// Throws InternalError where the context has no questions, or no picture that is asked about.
  explicit Answering(const ObjectiveContext& context);
  std::string_view name() const override { return kName; }
  void record(Tape& tape, const StepInput& input, std::vector<LossTerm>* terms) override;

 private:
  Var agreed_loss(Tape& tape, const StepInput& input, const Var& logits);
  Var soft_loss(Tape& tape, const StepInput& input, const Var& logits);

  Captioner& captioner_;
  bool soft_;
  AnswerTargets targets_;
  StackedAttention::Loop loop_;
  Tensor agreed_, given_, weight_, rows_;  // of the batch, which closures point into
};

}  // namespace storyteller
