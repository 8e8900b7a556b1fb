#include "train/objectives/self_critical.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/ops/ops.h"
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
      greedy_rollout_(decoder_, Rollout::As::kCaptioning, context.ranges) {
  if (options_.loss != SequenceLoss::kProximal) return;
  if (context.teachers.size() != 1) throw InternalError("self_critical: ppo needs one teacher");
  reference_.emplace(context.teachers.front()->decoder());
}

SelfCritical::Reference::Reference(Decoder& of_teacher) : decoder(of_teacher) { decoder.refresh(); }

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
  std::span<const size_t> left_out = input.packed.masked;
  if (left_out.size() == images.size()) left_out = {};  // their samples weigh nothing
  samples_ = sampler_.draw(features, images, options_.samples, most_words_, site, left_out);
  greedy_.clear();
  if (options_.baseline == Baseline::kGreedy) {
    greedy_ = greedy_rollout_.greedy(features, images, most_words_, site, left_out);
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

/// (N): each packed row has what its caption has.
std::vector<double> SelfCritical::of_rows(const std::vector<double>& of_sample) const {
  const StepRows rows = packed_.batch.rows();
  std::vector<double> values;
  values.reserve(static_cast<size_t>(rows.total()));
  for (int64_t t = 0; t < rows.steps; ++t) {
    for (int64_t row = 0; row < rows.count(t); ++row) {
      values.push_back(of_sample[packed_.order[static_cast<size_t>(row)]]);
    }
  }
  return values;
}

/// Of the samples' losses.
double SelfCritical::normaliser() const {
  const auto captions = static_cast<double>(samples_.size());
  const bool of_words =
      options_.loss == SequenceLoss::kPolicyGradient || options_.loss == SequenceLoss::kProximal;
  if (!of_words) return captions / options_.samples;  // pictures
  return options_.mean == SequenceMean::kCaptions ? captions : packed_.batch.counted;
}

/// It speaks as in captioning, without dropout.
WordReference SelfCritical::ask(const StepInput& input, Reference& reference) const {
  reference.tape.reset();
  const DropoutSite site{.row_key = packed_.batch.row_key.data<uint64_t>()};
  const Var logits = unroll(reference.tape, reference.decoder, *reference.loop,
                            Var(input.features.value()), packed_.batch, site);
  return word_reference(logits.value(), packed_.batch.targets, decoder_.vocabulary(),
                        options_.proximal.divergence > 0);
}

void SelfCritical::compare(Tape& tape, const StepInput& input, const Var& logits,
                           const std::vector<double>& weights, std::vector<LossTerm>* terms) {
  const PackedBatch& batch = packed_.batch;
  ProximalOptions options = options_.proximal;
  if (measures_.empty()) options.divergence = 0;  // no picture of the part can be used
  const ProximalTerms loss =
      proximal_loss(tape, logits, batch.targets, of_rows(weights), ask(input, *reference_), options,
                    normaliser(), decoder_.vocabulary());
  terms->push_back({.name = kName, .value = loss.surrogate, .per = Per::kImage});
  if (loss.divergence) {
    terms->push_back({.name = "divergence",
                      .value = loss.divergence,
                      .weight = options.divergence,
                      .per = Per::kImage});
  }
  if (measures_.empty()) return;
  measures_.push_back({"divergence", loss.log_ratios, batch.counted});
  measures_.push_back({"clipped", loss.clipped, batch.counted});
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
  if (input.packed.masked.size() == input.batch.images.size()) {
    std::ranges::fill(weights, 0);
    measures_.clear();
  }
  if (reference_) return compare(tape, input, logits, weights, terms);
  const DType type = wide(logits.value().dtype());
  const Tensor row_weights = weights_of_rows(of_rows(weights), type, batch.words.device());
  terms->push_back({.name = kName,
                    .value = cross_entropy(tape, logits, batch.targets, row_weights, 0,
                                           normaliser(), decoder_.vocabulary()),
                    .per = Per::kImage});
}

}  // namespace storyteller
