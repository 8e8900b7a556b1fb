#include "train/objectives/self_critical.h"

#include <utility>

#include "core/dispatch.h"
#include "train/objectives/sample_measures.h"
#include "train/objectives/unroll.h"

namespace storyteller {

SelfCritical::SelfCritical(const ObjectiveContext& context)
    : decoder_(context.captioner.decoder()),
      vocabulary_(context.captioner.vocabulary()),
      options_(context.options.self_critical),
      most_words_(context.options.max_words + 1),  // and <end>
      reward_(parse_reward(options_.reward, "`self_critical_reward`"), context.captions),
      sampler_(decoder_, Rollout::As::kTraining, context.ranges),
      greedy_rollout_(decoder_, Rollout::As::kCaptioning, context.ranges) {}

std::string SelfCritical::signature() const {
  const char* base = options_.baseline == Baseline::kGreedy ? "greedy" : "average";
  return reward_.signature() + '+' + base + "[nspi" + std::to_string(options_.samples) + "]+1.0.0";
}

std::vector<RewardedCaption> SelfCritical::as_said(
    const StepInput& input, const std::vector<DrawnCaption>& captions) const {
  std::vector<RewardedCaption> said;
  said.reserve(captions.size());
  for (const DrawnCaption& caption : captions) {
    said.push_back({.image = input.batch.images[caption.image],
                    .tokens = vocabulary_.decode(caption.words),
                    .finished = caption.finished});
  }
  return said;
}

SelfCritical::Rewards SelfCritical::reward(std::vector<RewardedCaption> samples,
                                           std::vector<RewardedCaption> greedy) const {
  return {.samples = reward_(samples), .greedy = reward_(greedy)};
}

void SelfCritical::draw(const StepInput& input, const DropoutSite& site) {
  const Tensor& features = input.features.value();
  const std::vector<size_t>& images = input.batch.images;
  samples_ = sampler_.draw(features, images, options_.samples, most_words_, site);
  greedy_.clear();
  if (options_.baseline == Baseline::kGreedy) {
    greedy_ = greedy_rollout_.greedy(features, images, most_words_, site);
  }
}

/// Weights of the samples, and what the log has of them. A picture's samples lie side by side.
std::vector<double> SelfCritical::weigh(const Rewards& rewards) {
  const auto n = static_cast<size_t>(options_.samples);
  std::vector<double> weights, baseline, log_probability;
  std::vector<size_t> words;
  for (const DrawnCaption& sample : samples_) {
    log_probability.push_back(sample.log_probability);
    words.push_back(sample.words.size());
  }
  for (size_t begin = 0; begin < samples_.size(); begin += n) {
    const PictureSamples picture = {
        .reward = std::span(rewards.samples).subspan(begin, n),
        .log_probability = std::span(log_probability).subspan(begin, n),
        .words = std::span(words).subspan(begin, n),
        .greedy_reward = rewards.greedy.empty() ? 0 : rewards.greedy[begin / n]};
    const auto append = [](std::vector<double>& all, const std::vector<double>& part) {
      all.insert(all.end(), part.begin(), part.end());
    };
    append(weights, sample_weights(picture, options_.loss, options_.baseline));
    append(baseline, baselines(picture, options_.baseline));
  }
  measures_ = sample_measures(samples_, n, rewards.samples, baseline, vocabulary_);
  return weights;
}

/// (N): each packed row has the weight of its caption.
Tensor SelfCritical::row_weights(const std::vector<double>& of_sample, DType type) const {
  const StepRows rows = packed_.batch.rows();
  std::vector<double> weights;
  weights.reserve(static_cast<size_t>(rows.total()));
  for (int64_t t = 0; t < rows.steps; ++t) {
    for (int64_t row = 0; row < rows.count(t); ++row) {
      const size_t sample = packed_.order[static_cast<size_t>(row)];
      weights.push_back(of_sample[sample]);
    }
  }
  return weights_of_rows(weights, type, packed_.batch.words.device());
}

void SelfCritical::record(Tape& tape, const StepInput& input, std::vector<LossTerm>* terms) {
  DropoutSite site{.seed = input.seed, .step = input.step, .keep_all = !options_.dropout};
  draw(input, site);
  // The references are looked at while the probabilities are computed once more, with a gradient.
  std::future<Rewards> rewards = std::async(
      [this, samples = as_said(input, samples_), greedy = as_said(input, greedy_)]() mutable {
        return reward(std::move(samples), std::move(greedy));
      });
  std::vector<SingleCaption> captions;
  for (const DrawnCaption& sample : samples_) {
    captions.push_back(
        {.targets = sample.words, .key = sample.key, .image = sample.image, .begin = sample.begin});
  }
  packed_ = pack(captions, input.batch.images.size(), input.features.value().device());
  PackedBatch& batch = packed_.batch;
  site.row_key = batch.row_key.data<uint64_t>();
  const Var logits = unroll(tape, decoder_, *loop_, input.features, batch, site);
  std::vector<double> weights = weigh(rewards.get());
  for (const size_t image : input.packed.masked) {
    for (size_t i = 0; i < samples_.size(); ++i) {
      if (samples_[i].image == image) weights[i] = 0;
    }
  }
  const auto pictures = static_cast<double>(input.batch.images.size());
  const double captions_drawn = static_cast<double>(samples_.size());
  const bool policy_gradient = options_.loss == SequenceLoss::kPolicyGradient;
  const double normaliser = !policy_gradient                           ? pictures
                            : options_.mean == SequenceMean::kCaptions ? captions_drawn
                                                                       : batch.counted;
  terms->push_back({.name = kName,
                    .value = cross_entropy(tape, logits, batch.targets,
                                           row_weights(weights, wide(logits.value().dtype())), 0,
                                           normaliser, decoder_.vocabulary()),
                    .per = Per::kImage});
}

}  // namespace storyteller
