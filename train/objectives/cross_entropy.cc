#include "train/objectives/cross_entropy.h"

namespace storyteller {

CrossEntropy::CrossEntropy(const ObjectiveContext& context)
    : decoder_(context.captioner.decoder()),
      options_{.label_smoothing = context.options.label_smoothing,
               .coverage_weight = context.options.coverage_weight,
               .region_reward = context.options.region_reward,
               .region_entropy = context.options.region_entropy},
      rollout_(decoder_, Rollout::As::kTraining) {}

void CrossEntropy::record(Tape& tape, const StepInput& input, std::vector<LossTerm>* terms) {
  const DropoutSite site{input.seed, input.step, input.packed.row_key.data<uint64_t>()};
  const PackedBatch* batch = &input.packed;
  if (input.sampling > 0) {
    mixed_ = input.packed;
    rollout_.mix(input.features.value(), input.sampling, site, &mixed_);
    batch = &mixed_;
  }
  const CaptionLoss loss =
      caption_loss(tape, decoder_, *loop_, input.features, *batch, options_, site);
  terms->push_back({.name = kName, .value = loss.cross_entropy, .per = Per::kWord});
  if (loss.coverage) {
    terms->push_back({.name = "coverage", .value = loss.coverage, .per = Per::kCaption});
  }
  if (loss.regions) {
    terms->push_back({.name = "region_reward", .value = loss.regions, .per = Per::kWord});
  }
}

}  // namespace storyteller
