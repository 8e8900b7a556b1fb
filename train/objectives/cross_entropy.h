#pragma once

#include <memory>
#include <string_view>

#include "train/objectives/caption_loss.h"
#include "train/objectives/rollout.h"
#include "train/objectives/table.h"

namespace storyteller {

/// Captions word by word, each told the true words before it (or, by scheduled sampling, now and
/// then one that the model drew), and the doubly stochastic regulariser of the attention (Xu 2015,
/// equation 14).
class CrossEntropy : public Objective {
 public:
  static constexpr std::string_view kName = "cross_entropy";

  explicit CrossEntropy(const ObjectiveContext& context);
  std::string_view name() const override { return kName; }
  void record(Tape& tape, const StepInput& input, std::vector<LossTerm>* terms) override;

 private:
  Decoder& decoder_;
  CaptionLossOptions options_;
  std::unique_ptr<DecoderLoop> loop_ = decoder_.make_loop();
  Rollout rollout_;
  PackedBatch mixed_;
};

}  // namespace storyteller
