#pragma once

#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "train/objectives/rollout.h"
#include "train/objectives/self_critical_options.h"
#include "train/objectives/table.h"
#include "train/rewards/caption_reward.h"

namespace storyteller {

/// Self-critical sequence training (Rennie 2017): captions are drawn from the model, rewarded by
/// the references, and made more probable as far as they are better than a baseline. Words, <end>
/// included, have the probabilities that they were drawn from: dropout masks and drawn regions are
/// those of the draw.
class SelfCritical : public Objective {
 public:
  static constexpr std::string_view kName = "self_critical";

  explicit SelfCritical(const ObjectiveContext& context);
  std::string_view name() const override { return kName; }
  void record(Tape& tape, const StepInput& input, std::vector<LossTerm>* terms) override;
  std::span<const Measure> measures() const override { return measures_; }
  std::string signature() const override;

 private:
  struct Rewards {
    std::vector<double> samples, greedy;
  };
  Rewards reward(std::vector<RewardedCaption> samples, std::vector<RewardedCaption> greedy) const;
  std::vector<RewardedCaption> as_said(const StepInput& input,
                                       const std::vector<DrawnCaption>& captions) const;
  void draw(const StepInput& input, const DropoutSite& site);
  std::vector<double> weigh(const Rewards& rewards);
  Tensor row_weights(const std::vector<double>& of_sample, DType type) const;

  Decoder& decoder_;
  const Vocabulary& vocabulary_;
  SelfCriticalOptions options_;
  int most_words_;
  CaptionReward reward_;
  Rollout sampler_, greedy_rollout_;
  std::unique_ptr<DecoderLoop> loop_ = decoder_.make_loop();
  std::vector<DrawnCaption> samples_, greedy_;
  PackedCaptions packed_;
  std::vector<Measure> measures_;
};

}  // namespace storyteller
