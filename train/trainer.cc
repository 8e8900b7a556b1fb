#include "train/trainer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/error.h"
#include "core/system/disk_room.h"
#include "core/system/signals.h"

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
      curriculum_(make_curriculum(options,
                                  {.word_detector = captioner.word_detector() != nullptr,
                                   .pretrained_encoder = is_pretrained(captioner.options().encoder),
                                   .fine_tuned_encoder = captioner.fine_tunes_encoder()})),
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
    std::vector<float> weight = presence_->weight();
    const int64_t V = padded_width(captioner.device(), std::ssize(weight));
    weight.resize(static_cast<size_t>(V));  // what lies behind the words weighs nothing
    presence_weight_ = Tensor::from({V}, weight, captioner.device());
  }
  const Tensor& buffers = captioner.parameters().buffers();
  if (buffers && captioner.learns_statistics()) {
    kept_buffers_ = Tensor::empty(buffers.shape(), buffers.dtype(), buffers.device());
  }
}

/// What the run needs is there before the first step: a state to go on from, the log, and room for
/// the saves to come.
void Trainer::begin() {
  if (saved_step_ < 0) save_last();
  restore_best();
  const auto log = run_folder_ / "log.csv", best = run_folder_ / "best.storyteller";
  std::error_code failure;
  if (!std::filesystem::exists(log, failure)) write_training_log(log, state_.history);
  const uint64_t last = std::filesystem::file_size(run_folder_ / "last.storyteller", failure);
  if (failure || finished()) return;
  std::vector<uint64_t> files = {last};  // beside the one that it replaces
  if (!std::filesystem::exists(best, failure)) files.push_back(model_bytes());
  require_room(run_folder_, files);
}

void Trainer::train_epoch() {
  const uint64_t epoch = sampler_.cursor().epoch;
  auto started = Clock::now(), saved = started;
  while (sampler_.cursor().epoch == epoch) {
    const double loss = train_step();
    if (observer_.step) observer_.step(state_, steps_per_epoch(), loss);
    const bool stop = stop_requested(), ended = sampler_.cursor().epoch != epoch;
    const bool due = seconds_since(saved) >= options_.checkpoint_seconds;
    if (!stop && !ended && !due) continue;
    state_.epoch_seconds += seconds_since(started);
    if (stop) throw Stopped();
    if (!ended) save_last();  // else end_epoch() does
    started = saved = Clock::now();
  }
}

/// Keeps what the epoch has learned before anything can go wrong with its validation; but a model
/// that has diverged does not replace one that has not.
void Trainer::end_epoch() {
  if (!phase_behind().validates) return;  // saved by end_detecting()
  constexpr size_t kProbe = 32;           // one batch
  caption_validation(std::min(kProbe, validation_pictures()), /*probe=*/true);
  save_last();
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

Trainer::Outcome Trainer::run() {
  try {
    begin();
    while (true) {
      if (state_.validated < static_cast<int64_t>(state_.cursor.epoch)) {
        phase_behind().validates ? validate() : end_detecting();
      }
      if (finished()) break;
      train_epoch();
      end_epoch();
    }
  } catch (const Stopped&) {
    save_last();
    return Outcome::kStopped;
  }
  const std::string stale = stale_text();
  if (!stale.empty() && observer_.message) observer_.message(stale);
  return Outcome::kFinished;
}

}  // namespace storyteller
