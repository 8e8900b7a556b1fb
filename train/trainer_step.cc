// One update: what of a run is not its loop.
#include "train/trainer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/dispatch.h"
#include "core/error.h"
#include "kernels/arithmetic.h"
#include "kernels/philox.h"
#include "train/batches/micro_batch.h"

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

/// x += y of one element each.
void add_to(const Tensor& x, const Tensor& y) {
  on("add_to", x, [&]<class T>(auto backend) {
    add_scaled(backend,
               AddScaled<T>{.x = y.data<T>(), .y = x.data<T>(), .scale = 1, .n = x.elements()});
  });
}

}  // namespace

/// Where features come from before and after the encoder begins to learn.
void Trainer::make_sources() {
  const Augmentation* augmentation =
      options_.augmentation.flip > 0 || options_.augmentation.crop < 1 ? &augmentation_ : nullptr;
  if (data_.train_features != nullptr) {
    frozen_source_ = std::make_unique<CachedFeatures>(
        CachedViews{.plain = data_.train_features, .mirrored = data_.train_mirrored}, captioner_,
        augmentation);
    if (!captioner_.fine_tunes_encoder()) return;
  }
  if (data_.train_layers) {
    learning_source_ = std::make_unique<CachedFeatures>(
        data_.train_layers, captioner_, augmentation, captioner_.first_trained_layer());
  } else {
    learning_source_ = std::make_unique<EncodedPictures>(
        data_.train, captioner_, options_.loader_threads, bad_, augmentation);
  }
}

/// Of the epoch to which the next step belongs.
const Phase& Trainer::phase_at_hand() const {
  return curriculum_.at(static_cast<int64_t>(sampler_.cursor().epoch));
}

/// Of the epoch that has just ended.
const Phase& Trainer::phase_behind() const {
  return curriculum_.at(static_cast<int64_t>(state_.cursor.epoch) - 1);
}

FeatureSource& Trainer::source_in(const Phase& phase) {
  const bool frozen = frozen_source_ != nullptr && phase.sleeps(kEncoderGroup);
  return *(frozen || learning_source_ == nullptr ? frozen_source_ : learning_source_);
}

/// Tells the source of the epoch at hand what is left of it.
void Trainer::announce_batches() {
  BatchSampler ahead = sampler_;
  std::vector<std::vector<size_t>> batches;
  CaptionBatch batch, part;
  const uint64_t epoch = ahead.cursor().epoch;
  while (ahead.cursor().epoch == epoch) {
    ahead.next(&batch);
    const size_t parts = parts_of(batch, static_cast<size_t>(options_.accumulate));
    for (size_t p = 0; p < parts; ++p) {
      cut_part(batch, p, parts, &part);
      batches.push_back(part.images);
    }
  }
  const Phase& phase = phase_at_hand();
  source_ = &source_in(phase);
  source_->expect(std::move(batches), epoch);
  optimizer_.set_asleep(phase.asleep);
}

double Trainer::learning_rate_at(int64_t step) const {
  return options_.learning_rate * learning_rate_factor(options_.schedule, step,
                                                       steps_per_epoch() * options_.epochs,
                                                       steps_per_epoch());
}

double Trainer::train_step() {
  const Phase& phase = phase_at_hand();
  if (sampler_.cursor().batch == 0) announce_batches();
  captioner_.parameters().forget_gradients();
  captioner_.decoder().refresh();
  keep_buffers();

  sampler_.next(&batch_);
  const double waited = source_->waited();
  const size_t parts = parts_of(batch_, static_cast<size_t>(options_.accumulate));
  Tensor reported;
  double counted = 0;
  for (size_t p = 0; p < parts; ++p) {
    if (parts > 1) cut_part(batch_, p, parts, &part_);
    const Tensor loss = learn_part(parts > 1 ? part_ : batch_, phase);
    if (parts > 1) captioner_.parameters().add_gradient_part();
    counted += packed_.counted;
    if (reported) {
      add_to(reported, loss);
    } else {
      reported = loss;
    }
  }
  state_.waited_seconds += source_->waited() - waited;

  optimizer_.step(learning_rate_at(state_.step), reported);
  average_.update(optimizer_.steps(), optimizer_.squared_norm(),
                  {.asleep = optimizer_.asleep(), .buffers = captioner_.learns_statistics()});
  // The one place of a step that waits for the device.
  const bool counts = std::isfinite(optimizer_.finish_step());
  const double step_loss = to_host_scalar(reported);
  if (counts) {
    state_.skipped = 0;
    state_.loss_sum += step_loss * counted;
    state_.loss_words += counted;
  } else {
    skip_step(step_loss);
  }
  ++state_.step;
  state_.updates = optimizer_.steps();
  state_.slept = optimizer_.slept();
  state_.cursor = sampler_.cursor();
  return step_loss;
}

/// Adds the gradient of a part of the batch at hand, each of its means weighted by the share that
/// the part has in the batch, so that the parts' sum is the batch's. Returns the part of the loss
/// that is reported. Pictures that turn out not to be usable are taken for part of the batch.
Tensor Trainer::learn_part(const CaptionBatch& part, const Phase& phase) {
  tape_.reset();
  packer_.assign(part, captions_);
  packer_.drop_words(options_.word_dropout,
                     philox_key(options_.seed, static_cast<uint64_t>(state_.step), kWordSite));
  Var features = source_->next(tape_, part.images);
  if (phase.sleeps(kEncoderGroup)) features = Var(features.value());  // nothing flows back into it
  for (size_t i = 0; i < part.images.size(); ++i) {
    if (!source_->usable(i)) packer_.mask_image(part, i);
  }
  packer_.finish(part, captioner_.device(), &packed_);
  const DropoutSite site{options_.seed, static_cast<uint64_t>(state_.step),
                         packed_.row_key.data<uint64_t>()};
  const bool whole = part.captions.size() == batch_.captions.size();
  CaptionLoss loss;
  if (phase.validates) {
    loss = caption_loss(tape_, captioner_.decoder(), loop_, features, packed_,
                        {options_.label_smoothing, options_.coverage_weight}, site);
    if (!whole) {
      const double words =
          words_of(part.captions, captions_) / words_of(batch_.captions, captions_);
      const double rows =
          static_cast<double>(part.captions.size()) / static_cast<double>(batch_.captions.size());
      loss.cross_entropy = scale(tape_, loss.cross_entropy, words);
      if (loss.coverage) loss.coverage = scale(tape_, loss.coverage, rows);
    }
  }
  Var presence = presence_loss(features, part);
  if (presence && !whole) {
    presence =
        scale(tape_, presence,
              static_cast<double>(part.images.size()) / static_cast<double>(batch_.images.size()));
  }
  const Var weighed = presence ? scale(tape_, presence, options_.presence_weight) : Var();
  tape_.backward({loss.cross_entropy, loss.coverage, weighed});
  return (phase.validates ? loss.cross_entropy : presence).value();
}

/// How well the regions tell which words the pictures' captions use; empty without a detector.
Var Trainer::presence_loss(const Var& features, const CaptionBatch& batch) {
  constexpr double kSharpness = 2;
  const WordDetector* detector = captioner_.word_detector();
  if (detector == nullptr || options_.presence_weight == 0) return {};
  const auto I = static_cast<int64_t>(batch.images.size());
  const int64_t V = presence_weight_.elements();  // padded, as the scores are
  present_.assign(batch.images.size() * static_cast<size_t>(V), 0);
  for (size_t i = 0; i < batch.images.size(); ++i) {
    presence_->present(batch.images[i], present_.data() + i * static_cast<size_t>(V));
  }
  const Tensor present = Tensor::from({I, V}, present_, captioner_.device());
  return word_presence_loss(tape_, detector->scores(tape_, features), present, presence_weight_,
                            kSharpness, captioner_.vocabulary().size());
}

}  // namespace storyteller
