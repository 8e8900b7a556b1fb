#include "train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/system/signals.h"
#include "train/validation.h"

namespace storyteller {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What a validation computes, with its data; a mistake shows before the first step.
ScorerOptions validation_scoring(const TrainOptions& options) {
  ScorerOptions scoring;
  scoring.metrics = parse_metrics(options.metrics, "--set metrics");
  if (!scoring.metrics.contains(Metric::kCider)) {
    throw UsageError("--set metrics=" + options.metrics +
                     ": cider is missing, by which the best model is selected; add it");
  }
  if (scoring.metrics.contains(Metric::kMeteor)) scoring.meteor = default_meteor_resources();
  if (scoring.metrics.contains(Metric::kSpice)) scoring.spice = default_spice_model();
  return scoring;
}

/// A score for the record: 0 where it was not asked for.
double recorded(double score) { return std::isnan(score) ? 0 : score; }

/// Captions of pictures that the cache could not hold are not trained on.
std::vector<CaptionLength> usable_captions(const EncodedCaptions& captions,
                                           const FeatureCache* cache) {
  std::vector<CaptionLength> lengths = captions.lengths();
  if (cache == nullptr) return lengths;
  for (CaptionLength& caption : lengths) {
    if (!cache->usable(caption.image)) caption.length = 0;  // the sampler leaves these out
  }
  return lengths;
}

class Stopped : public std::exception {};

}  // namespace

Trainer::Trainer(const TrainOptions& options, Captioner& captioner, const TrainingData& data,
                 std::filesystem::path run_folder, BadPictures& bad, TrainingObserver observer)
    : options_(options),
      scoring_(validation_scoring(options)),
      captioner_(captioner),
      data_(data),
      run_folder_(std::move(run_folder)),
      bad_(bad),
      observer_(std::move(observer)),
      captions_(data.train_captions, captioner.vocabulary(), options.max_words),
      sampler_(usable_captions(captions_, captioner.fine_tunes_encoder() ? data.train_layers.plain
                                                                         : data.train_features),
               {.batch = static_cast<size_t>(options.batch_size),
                .captions_per_image = static_cast<size_t>(options.captions_per_image),
                .seed = options.seed}),
      augmentation_(options.augmentation, data.train_captions, options.seed),
      optimizer_(options.optimizer, captioner.parameters()),
      average_(options.average_decay, captioner.parameters()) {
  make_sources();
  if (captioner.word_detector() != nullptr) {
    presence_ = std::make_unique<WordPresence>(data.train_captions, captioner.vocabulary());
    presence_weight_ = Tensor::from({static_cast<int64_t>(presence_->weight().size())},
                                    presence_->weight(), captioner.device());
  }
  Parameters& parameters = captioner.parameters();
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (!parameters.is_buffer(id)) continue;
    const Tensor& value = parameters.value(id);
    buffers_.emplace_back(value, Tensor::empty(value.shape(), value.dtype(), value.device()));
  }
}

void Trainer::train_epoch() {
  const uint64_t epoch = sampler_.cursor().epoch;
  auto started = Clock::now(), saved = started;
  while (sampler_.cursor().epoch == epoch) {
    const double loss = train_step();
    if (observer_.step) observer_.step(state_, steps_per_epoch(), loss);
    const bool stop = stop_requested();
    if (stop || seconds_since(saved) >= options_.checkpoint_seconds) {
      state_.epoch_seconds += seconds_since(started);
      save_last();
      started = saved = Clock::now();
    }
    if (stop) throw Stopped();
  }
  state_.epoch_seconds += seconds_since(started);
}

/// Captions of the validation pictures by the encoder of the epoch that has just ended.
std::vector<FoundCaption> Trainer::caption_validation() {
  const bool learned = encoder_learns_in(state_.cursor.epoch - 1);
  std::unique_ptr<FeatureSource> source;
  if (!learned && data_.validation_features != nullptr) {
    source = std::make_unique<CachedFeatures>(CachedViews{.plain = data_.validation_features},
                                              captioner_, nullptr);
  } else if (data_.validation_layers) {
    source = std::make_unique<CachedFeatures>(data_.validation_layers, captioner_, nullptr,
                                              captioner_.first_trained_layer());
  } else {
    source = std::make_unique<EncodedPictures>(data_.validation, captioner_, 1, bad_);
  }
  const size_t all = data_.validation.size();
  const auto some = static_cast<size_t>(options_.validation_images);
  return caption_pictures(captioner_, *source, some == 0 ? all : std::min(all, some),
                          captioner_.options().search, [&](size_t done, size_t total) {
                            if (observer_.validating) observer_.validating(done, total);
                            if (stop_requested()) throw Stopped();
                          });
}

void Trainer::validate() {
  average_.swap();
  std::vector<FoundCaption> captions;
  try {
    captions = caption_validation();
  } catch (const Stopped&) {
    average_.swap();
    throw;
  }
  const CaptionScores scores =
      score_against(captioner_, captions, data_.validation_captions, scoring_);

  EpochRecord record;
  record.epoch = static_cast<int64_t>(state_.cursor.epoch);
  record.step = state_.step;
  record.loss = state_.loss_words > 0 ? state_.loss_sum / state_.loss_words : 0;
  record.learning_rate =
      options_.learning_rate * learning_rate_factor(options_.schedule, state_.step - 1,
                                                    steps_per_epoch() * options_.epochs,
                                                    steps_per_epoch());
  record.seconds = state_.epoch_seconds;
  record.waited = state_.waited_seconds;
  for (size_t n = 0; n < kMaxOrder; ++n) record.bleu[n] = recorded(scores.bleu[n]);
  record.rouge_l = recorded(scores.rouge_l);
  record.cider = scores.cider;
  record.meteor = recorded(scores.meteor);
  record.spice = recorded(scores.spice);
  record.distinct = static_cast<int64_t>(scores.distinct_captions);
  record.images = static_cast<int64_t>(captions.size());
  state_.history.push_back(record);
  state_.loss_sum = state_.loss_words = state_.epoch_seconds = state_.waited_seconds = 0;
  state_.validated = record.epoch;
  const bool best = record.cider > state_.best_cider;
  if (best) {
    state_.best_cider = record.cider;
    state_.best_epoch = record.epoch;
    save_best();
  }
  average_.swap();
  // The last file comes last: killed before it, the validation is done again and writes all three.
  write_training_log(run_folder_ / "log.csv", state_.history);
  save_last();
  if (observer_.epoch) observer_.epoch(record, best);
}

/// An epoch in which nothing learned to speak: there is no caption to validate. Its time goes on to
/// the record of the first epoch that has one.
void Trainer::end_detecting() {
  const double loss = state_.loss_words > 0 ? state_.loss_sum / state_.loss_words : 0;
  state_.loss_sum = state_.loss_words = 0;
  state_.validated = static_cast<int64_t>(state_.cursor.epoch);
  save_last();
  if (observer_.detector_epoch) observer_.detector_epoch(state_.validated, loss);
}

bool Trainer::finished() const {
  const bool stale = options_.patience > 0 && state_.best_epoch > 0 &&
                     state_.validated - state_.best_epoch >= options_.patience;
  return stale || state_.cursor.epoch >= static_cast<uint64_t>(options_.epochs);
}

Trainer::Outcome Trainer::run() {
  try {
    while (true) {
      if (state_.validated < static_cast<int64_t>(state_.cursor.epoch)) {
        speaks_in(state_.cursor.epoch - 1) ? validate() : end_detecting();
      }
      if (finished()) break;
      train_epoch();
    }
  } catch (const Stopped&) {
    save_last();
    return Outcome::kStopped;
  }
  return Outcome::kFinished;
}

}  // namespace storyteller
