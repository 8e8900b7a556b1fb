#pragma once

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/objectives/proximal_loss.h"
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
  /// What the captioner is compared with.
  struct Reference {
    explicit Reference(Decoder& of_teacher);
    Decoder& decoder;
    std::unique_ptr<DecoderLoop> loop = decoder.make_loop();
    Tape tape{Tape::Mode::kInfer};
  };
  std::vector<RewardedCaption> as_said(const StepInput& input,
                                       const std::vector<DrawnCaption>& captions) const;
  void draw(const StepInput& input, const DropoutSite& site);
  std::vector<double> weigh(const Rewards& rewards);
  std::vector<double> of_rows(const std::vector<double>& of_sample) const;
  double normaliser() const;
  WordReference ask(const StepInput& input, Reference& reference) const;
  void compare(Tape& tape, const StepInput& input, const Var& logits,
               const std::vector<double>& weights, std::vector<LossTerm>* terms);

  Decoder& decoder_;
  const Vocabulary& vocabulary_;
  SelfCriticalOptions options_;
  int most_words_;
  CaptionReward reward_;
  Rollout sampler_, greedy_rollout_;
  std::unique_ptr<DecoderLoop> loop_ = decoder_.make_loop();
  std::optional<Reference> reference_;  // of SequenceLoss::kProximal
  std::vector<DrawnCaption> samples_, greedy_;
  PackedCaptions packed_;
  std::vector<Measure> measures_;
};

}  // namespace storyteller
