// The end of an epoch: what the model says of the validation pictures, and whether it is the best
// so far.
#include <algorithm>
#include <cmath>

#include "core/system/signals.h"
#include "train/selection.h"
#include "train/trainer.h"
#include "train/validation/validation.h"
#include "train/validation/validation_loss.h"

namespace storyteller {
namespace {

/// A score for the record: 0 where it was not asked for.
double recorded(double score) { return std::isfinite(score) ? score : 0; }

}  // namespace

size_t Trainer::validation_pictures() const {
  const size_t all = data_.validation.size();
  const auto some = static_cast<size_t>(options_.validation_images);
  return some == 0 ? all : std::min(all, some);
}

/// Features of the validation pictures by the encoder of the epoch that has just ended.
std::unique_ptr<FeatureSource> Trainer::validation_source() {
  if (phase_behind().sleeps(kEncoderGroup) && data_.validation_features != nullptr) {
    return std::make_unique<CachedFeatures>(CachedViews{.plain = data_.validation_features},
                                            captioner_, nullptr);
  }
  if (data_.validation_layers) {
    return std::make_unique<CachedFeatures>(data_.validation_layers, captioner_, nullptr,
                                            captioner_.first_trained_layer());
  }
  return std::make_unique<EncodedPictures>(data_.validation, captioner_, 1, bad_);
}

/// Captions of the first validation pictures. A model that cannot say a word has diverged. For a
/// probe no picture needs to be usable: others are.
std::vector<FoundCaption> Trainer::caption_validation(size_t pictures, bool probe) {
  const AveragedWeights averaged(average_);
  const auto source = validation_source();
  size_t unusable = 0;
  try {
    return caption_pictures(
        captioner_, *source, pictures, captioner_.options().search,
        [&](size_t done, size_t total) {
          if (observer_.validating && !probe) {
            observer_.validating(done, total);
          }
          if (stop_requested()) throw Stopped();
        },
        probe ? &unusable : nullptr);
  } catch (const ModelError&) {
    throw diverged("no word has a probability any more");
  }
}

double Trainer::measure_validation_loss(size_t pictures) {
  const AveragedWeights averaged(average_);
  const auto source = validation_source();
  const EncodedCaptions captions(data_.validation_captions, captioner_.vocabulary(),
                                 options_.max_words);
  return recorded(validation_loss(captioner_, *source, captions, pictures));
}

EpochRecord Trainer::measure(const CaptionScores& scores, size_t pictures) {
  EpochRecord record;
  record.epoch = static_cast<int64_t>(state_.cursor.epoch);
  record.step = state_.step;
  record.loss = state_.loss_words > 0 ? state_.loss_sum / state_.loss_words : 0;
  record.learning_rate = learning_rate_at(state_.step - 1);
  record.seconds = state_.epoch_seconds;
  record.waited = state_.waited_seconds;
  for (size_t n = 0; n < kMaxOrder; ++n) record.bleu[n] = recorded(scores.bleu[n]);
  record.rouge_l = recorded(scores.rouge_l);
  record.cider = recorded(scores.cider);
  record.meteor = recorded(scores.meteor);
  record.spice = recorded(scores.spice);
  record.distinct = static_cast<int64_t>(scores.distinct_captions);
  record.images = static_cast<int64_t>(pictures);
  const bool tie = record.cider == 0 || record.cider == state_.best_cider;
  if (tie || pictures < kFewValidationPictures) {
    record.validation_loss = measure_validation_loss(pictures);
  }
  return record;
}

void Trainer::validate() {
  const size_t pictures = validation_pictures();
  const std::vector<FoundCaption> captions = caption_validation(pictures, /*probe=*/false);
  const CaptionScores scores =
      score_against(captioner_, captions, data_.validation_captions, scoring_);
  const EpochRecord record = measure(scores, pictures);
  state_.history.push_back(record);
  state_.loss_sum = state_.loss_words = state_.epoch_seconds = state_.waited_seconds = 0;
  state_.validated = record.epoch;
  const bool best = select(state_.history, state_.selected_after).best == record.epoch;
  if (best) {
    state_.best_cider = record.cider;
    state_.best_epoch = record.epoch;
    const AveragedWeights averaged(average_);
    save_best();
  }
  // The last file comes last: killed before it, the validation is done again and writes all three.
  write_training_log(run_folder_ / "log.csv", state_.history);
  save_last();
  if (observer_.epoch) observer_.epoch(record, best);
}

bool Trainer::finished() const {
  return !stale_text().empty() || state_.cursor.epoch >= static_cast<uint64_t>(options_.epochs);
}

/// Why the run ends before its last epoch; "": it does not.
std::string Trainer::stale_text() const {
  const Selection selection = select(state_.history, state_.selected_after);
  if (options_.patience == 0 || selection.stale < options_.patience ||
      state_.cursor.epoch >= static_cast<uint64_t>(options_.epochs)) {
    return "";
  }
  return "ended after epoch " + std::to_string(state_.validated) + " of " +
         std::to_string(options_.epochs) + ": validation CIDEr has not risen for " +
         std::to_string(selection.stale) +
         " epochs (--set patience=" + std::to_string(options_.patience) + "; 0 trains to the end)";
}

}  // namespace storyteller
