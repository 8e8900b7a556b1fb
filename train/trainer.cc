#include "train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/system/signals.h"
#include "kernels/philox.h"
#include "train/validation.h"

namespace storyteller {
namespace {

constexpr uint64_t kWordSite = 0x776F7264;  // of philox_key: which words are dropped

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

bool all_finite(const Tensor& tensor) {
  const std::vector<float> values = to_host_float(tensor);
  return std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); });
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
      sampler_(usable_captions(captions_, data.train_features),
               {.batch = static_cast<size_t>(options.batch_size),
                .captions_per_image = static_cast<size_t>(options.captions_per_image),
                .seed = options.seed}),
      optimizer_(options.optimizer, captioner.parameters()),
      average_(options.average_decay, captioner.parameters()) {
  if (data.train_features != nullptr) {
    source_ = std::make_unique<CachedFeatures>(*data.train_features, captioner.device(),
                                               captioner.precision());
  } else {
    source_ = std::make_unique<EncodedPictures>(data.train, captioner, options.loader_threads, bad);
  }
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

void Trainer::announce_batches() {
  BatchSampler ahead = sampler_;
  std::vector<std::vector<size_t>> batches;
  CaptionBatch batch;
  const uint64_t epoch = ahead.cursor().epoch;
  while (ahead.cursor().epoch == epoch) {
    ahead.next(&batch);
    batches.push_back(batch.images);
  }
  source_->expect(std::move(batches));
}

/// Whether the decoder learns in an epoch (from 0), or the word detector alone.
bool Trainer::speaks_in(uint64_t epoch) const {
  return captioner_.word_detector() == nullptr || options_.presence_weight == 0 ||
         epoch >= static_cast<uint64_t>(
                      std::min<int64_t>(options_.detector_epochs, options_.epochs - 1));
}

double Trainer::train_step() {
  const bool speaking = speaks_in(sampler_.cursor().epoch);
  if (sampler_.cursor().batch == 0) announce_batches();
  Parameters& parameters = captioner_.parameters();
  tape_.reset();
  parameters.forget_gradients();
  captioner_.decoder().refresh();
  keep_buffers();

  sampler_.next(&batch_);
  packer_.assign(batch_, captions_);
  packer_.drop_words(options_.word_dropout,
                     philox_key(options_.seed, static_cast<uint64_t>(state_.step), kWordSite));
  const Var features = source_->next(tape_, batch_.images);
  for (size_t i = 0; i < batch_.images.size(); ++i) {
    if (!source_->usable(i)) packer_.mask_image(batch_, i);
  }
  packer_.finish(batch_, captioner_.device(), &packed_);
  const DropoutSite site{options_.seed, static_cast<uint64_t>(state_.step),
                         packed_.row_key.data<uint64_t>()};
  CaptionLoss loss;
  if (speaking) {
    loss = caption_loss(tape_, captioner_.decoder(), loop_, features, packed_,
                        {options_.label_smoothing, options_.coverage_weight}, site);
  }
  const Var presence = presence_loss(features);
  const Var weighed = presence ? scale(tape_, presence, options_.presence_weight) : Var();
  const Tensor& reported = (speaking ? loss.cross_entropy : presence).value();
  tape_.backward({loss.cross_entropy, loss.coverage, weighed});

  const int64_t total = steps_per_epoch() * options_.epochs;
  const double factor =
      learning_rate_factor(options_.schedule, state_.step, total, steps_per_epoch());
  optimizer_.step(options_.learning_rate * factor, reported);
  average_.update(optimizer_.steps(), optimizer_.squared_norm());
  // The one place of a step that waits for the device.
  const bool counts = std::isfinite(optimizer_.finish_step());
  const double step_loss = to_host_scalar(reported);
  if (counts) {
    state_.skipped = 0;
    state_.loss_sum += step_loss * packed_.counted;
    state_.loss_words += packed_.counted;
  } else {
    skip_step(step_loss);
  }
  ++state_.step;
  state_.updates = optimizer_.steps();
  state_.cursor = sampler_.cursor();
  return step_loss;
}

/// How well the regions tell which words the pictures' captions use; empty without a detector.
Var Trainer::presence_loss(const Var& features) {
  constexpr double kSharpness = 2;
  const WordDetector* detector = captioner_.word_detector();
  if (detector == nullptr || options_.presence_weight == 0) return {};
  const auto I = static_cast<int64_t>(batch_.images.size());
  const auto V = static_cast<size_t>(captioner_.vocabulary().size());
  present_.resize(batch_.images.size() * V);
  for (size_t i = 0; i < batch_.images.size(); ++i) {
    presence_->present(batch_.images[i], present_.data() + i * V);
  }
  const Tensor present = Tensor::from({I, static_cast<int64_t>(V)}, present_, captioner_.device());
  return word_presence_loss(tape_, detector->scores(tape_, features), present, presence_weight_,
                            kSharpness);
}

void Trainer::keep_buffers() {
  for (auto& [value, copy] : buffers_) copy.copy_from(value);
}

void Trainer::restore_buffers() {
  for (auto& [value, copy] : buffers_) value.copy_from(copy);
}

void Trainer::skip_step(double loss) {
  constexpr int64_t kMostSkipped = 10;
  restore_buffers();
  const Parameters& parameters = captioner_.parameters();
  std::string where = "the loss";
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    const Var value = parameters.var(id);
    if (value.tracked() && !all_finite(value.slot()->gradient)) {
      where = "the gradient of " + parameters.name(id);
      break;
    }
  }
  const std::string what = "step " + std::to_string(state_.step + 1) + ": " + where +
                           " is not finite (loss " + std::to_string(loss) + ")";
  if (++state_.skipped >= kMostSkipped) {
    throw DivergedError(what + ", for the " + std::to_string(kMostSkipped) +
                        "th step in a row; lower --set learning_rate, or resume from an earlier "
                        "checkpoint");
  }
  if (observer_.message) observer_.message(what + ": step skipped");
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

void Trainer::validate() {
  average_.swap();
  std::vector<FoundCaption> captions;
  try {
    captions = caption_dataset(
        captioner_, data_.validation, data_.validation_features, captioner_.options().search,
        static_cast<size_t>(options_.validation_images), bad_, [&](size_t done, size_t total) {
          if (observer_.validating) observer_.validating(done, total);
          if (stop_requested()) throw Stopped();
        });
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
  for (size_t n = 0; n < kMaxOrder; ++n) record.bleu[n] = recorded(scores.bleu[n]);
  record.rouge_l = recorded(scores.rouge_l);
  record.cider = scores.cider;
  record.meteor = recorded(scores.meteor);
  record.spice = recorded(scores.spice);
  record.distinct = static_cast<int64_t>(scores.distinct_captions);
  record.images = static_cast<int64_t>(captions.size());
  state_.history.push_back(record);
  state_.loss_sum = state_.loss_words = state_.epoch_seconds = 0;
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
