#include "train/objectives/batch_gradient.h"

#include <algorithm>

#include "core/dispatch.h"
#include "core/error.h"
#include "core/ops/ops.h"
#include "core/random_stream.h"
#include "kernels/arithmetic.h"

namespace storyteller {
namespace {

constexpr uint64_t kWordSite = 0x776F7264;  // of philox_key: which words are dropped

/// Target words of some captions.
double words_of(const std::vector<size_t>& captions, const EncodedCaptions& encoded) {
  double words = 0;
  for (const size_t caption : captions) {
    words += static_cast<double>(encoded.targets(caption).size());
  }
  return words;
}

double ratio(size_t part, size_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

/// x += y of one element each.
void add_to(const Tensor& x, const Tensor& y) {
  on("add_to", x, [&]<class T>(auto backend) {
    add_scaled(backend,
               AddScaled<T>{.x = y.data<T>(), .y = x.data<T>(), .scale = 1, .n = x.elements()});
  });
}

}  // namespace

BatchGradient::BatchGradient(const Curriculum& curriculum, const ObjectiveContext& context,
                             const EncodedCaptions& captions)
    : captioner_(context.captioner),
      captions_(captions),
      concepts_(context.concepts),
      seed_(context.options.seed),
      word_dropout_(context.options.word_dropout),
      packer_(context.captioner.vocabulary().size()) {
  for (const Curriculum::Entry& entry : curriculum.entries()) {
    for (const WeightedObjective& of_phase : entry.phase.objectives) {
      const std::string& name = of_phase.name;
      const auto known = [&](const auto& objective) { return objective->name() == name; };
      if (std::ranges::any_of(objectives_, known)) continue;
      objectives_.push_back(make_objective(name, context));
    }
  }
}

Objective& BatchGradient::objective(const std::string& name) const {
  for (const auto& objective : objectives_) {
    if (objective->name() == name) return *objective;
  }
  throw InternalError("BatchGradient: '" + name + "' is of no phase of the curriculum");
}

double BatchGradient::share(const CaptionBatch& part, const CaptionBatch& batch, Per per) const {
  switch (per) {
    case Per::kWord:
      return words_of(part.captions, captions_) / words_of(batch.captions, captions_);
    case Per::kCaption:
      return ratio(part.captions.size(), batch.captions.size());
    case Per::kImage:
      return ratio(part.images.size(), batch.images.size());
  }
  throw InternalError("BatchGradient: a term that is a mean over nothing");
}

/// Onto the device, once the source has said which pictures are usable.
void BatchGradient::pack(const CaptionBatch& part, const FeatureSource& source) {
  for (size_t i = 0; i < part.images.size(); ++i) {
    if (!source.usable(i)) packer_.mask_image(part, i);
  }
  packer_.finish(part, captioner_.device(), &packed_);
}

/// What the decoder reads.
Var BatchGradient::with_concepts(const Var& encoded, const CaptionBatch& part, uint64_t step) {
  if (concepts_ == nullptr) return encoded;
  seen_.clear();
  for (const size_t image : part.images) seen_.push_back(concepts_->shown(image, seed_, step));
  return captioner_.concepts()->beside(tape_, encoded, seen_);
}

/// Returns the part of the loss that is reported.
Tensor BatchGradient::add_part(const CaptionBatch& part, const CaptionBatch& batch,
                               FeatureSource& source, const Phase& phase, uint64_t step) {
  tape_.reset();
  packer_.assign(part, captions_);
  packer_.drop_words(word_dropout_, philox_key(seed_, step, kWordSite));
  Var encoded = source.next(tape_, part.images);
  if (phase.is_frozen(kEncoderGroup)) encoded = Var(encoded.value());  // no gradient
  pack(part, source);

  terms_.clear();
  const StepInput input{.batch = part,
                        .packed = packed_,
                        .encoded = encoded,
                        .features = with_concepts(encoded, part, step),
                        .seed = seed_,
                        .step = step,
                        .sampling = phase.sampling};
  for (const auto& [name, weight] : phase.objectives) {
    const size_t before = terms_.size();
    objective(name).record(tape_, input, &terms_);
    for (size_t i = before; i < terms_.size(); ++i) terms_[i].weight *= weight;
  }
  const bool whole = part.captions.size() == batch.captions.size();
  losses_.clear();
  for (LossTerm& term : terms_) {
    if (!whole) term.value = scale(tape_, term.value, share(part, batch, term.per));
    losses_.push_back(scale(tape_, term.value, term.weight));
  }
  tape_.backward(losses_);
  return terms_.front().value.value();
}

BatchGradient::Loss BatchGradient::add(BatchPlan& plan, FeatureSource& source, const Phase& phase,
                                       int64_t step) {
  Loss loss;
  for (size_t p = 0; p < plan.parts(); ++p) {
    const Tensor reported =
        add_part(plan.part(p), plan.batch(), source, phase, static_cast<uint64_t>(step));
    if (plan.parts() > 1) captioner_.parameters().add_gradient_part();
    loss.words += packed_.counted;
    for (const auto& [name, weight] : phase.objectives) {
      const std::span<const Measure> measures = objective(name).measures();
      loss.measures.insert(loss.measures.end(), measures.begin(), measures.end());
    }
    if (loss.reported) {
      add_to(loss.reported, reported);
    } else {
      loss.reported = reported;
    }
  }
  return loss;
}

std::string BatchGradient::signature(const Phase& phase) const {
  std::string all;
  for (const auto& [name, weight] : phase.objectives) {
    const std::string of_one = objective(name).signature();
    if (!all.empty() && !of_one.empty()) all += '\n';
    all += of_one;
  }
  return all;
}

}  // namespace storyteller
