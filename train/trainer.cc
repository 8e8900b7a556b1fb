#include "train/trainer.h"

#include <chrono>
#include <system_error>
#include <utility>

#include "core/system/signals.h"

namespace storyteller {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Learners learners_of(const Captioner& captioner) {
  return {.word_detector = captioner.word_detector() != nullptr,
          .pretrained_encoder = is_pretrained(captioner.options().encoder),
          .fine_tuned_encoder = captioner.fine_tunes_encoder()};
}

}  // namespace

Trainer::Trainer(const TrainOptions& options, Captioner& captioner, const TrainingData& data,
                 std::filesystem::path run_folder, BadPictures& bad, TrainingObserver observer)
    : options_(options),
      captioner_(captioner),
      observer_(std::move(observer)),
      curriculum_(make_curriculum(options, learners_of(captioner))),
      validator_(options, captioner, data),
      captions_(data.train_captions, captioner.vocabulary(), options.max_words),
      sources_(options, captioner, data, bad),
      plan_(BatchSampler(sources_.usable(captions_),
                         {.batch = static_cast<size_t>(options.batch_size),
                          .captions_per_image = static_cast<size_t>(options.captions_per_image),
                          .seed = options.seed}),
            static_cast<size_t>(options.accumulate)),
      gradient_(curriculum_, {options_, captioner, data.train_captions, data.teachers}, captions_),
      statistics_(captioner),
      optimizer_(options.optimizer, captioner.parameters()),
      average_(options.average_decay, captioner.parameters()),
      checkpoint_(std::move(run_folder), options.model_type, captioner, optimizer_, average_) {}

void Trainer::say(const std::string& text) const {
  if (observer_.message) observer_.message(text);
}

/// Of the epoch that has just ended.
const Phase& Trainer::finished_phase() const {
  return curriculum_.at(static_cast<int64_t>(state_.cursor.epoch) - 1);
}

/// What the run needs is there before the first step: a state to go on from, the log, and room for
/// the saves to come.
void Trainer::begin() {
  if (checkpoint_.saved_step() < 0) save_last();
  restore_best();
  std::error_code failure;
  if (!std::filesystem::exists(checkpoint_.log(), failure)) {
    write_training_log(checkpoint_.log(), state_.history);
  }
  if (!finished()) checkpoint_.require_room();
}

void Trainer::train_epoch() {
  const uint64_t epoch = plan_.cursor().epoch;
  auto started = Clock::now(), saved = started;
  while (plan_.cursor().epoch == epoch) {
    const double loss = train_step();
    if (observer_.step) observer_.step(state_, steps_per_epoch(), loss);
    const bool stop = stop_requested(), ended = plan_.cursor().epoch != epoch;
    const bool due = seconds_since(saved) >= options_.checkpoint_seconds;
    if (!stop && !ended && !due) continue;
    state_.epoch_seconds += seconds_since(started);
    if (stop) throw Stopped();
    if (!ended) save_last();  // else end_epoch() does
    started = saved = Clock::now();
  }
}

/// What the model, with the average of its weights, makes of the validation pictures by the encoder
/// of the epoch that has just ended.
template <class Use>
auto Trainer::with_validation(Use&& use) {
  const AveragedWeights averaged(average_);
  const auto source = sources_.validation(finished_phase().is_frozen(kEncoderGroup));
  return use(*source);
}

/// A model that cannot say a word has diverged.
std::vector<Caption> Trainer::caption_validation(bool probe) {
  const auto progress = [&](size_t done, size_t total) {
    if (observer_.validating && !probe) observer_.validating(done, total);
    if (stop_requested()) throw Stopped();
  };
  try {
    return with_validation([&](FeatureSource& source) {
      return probe ? validator_.probe(source, progress) : validator_.caption(source, progress);
    });
  } catch (const ModelError&) {
    throw diverged("no word has a probability any more");
  }
}

/// Keeps what the epoch has learned before anything can go wrong with its validation; but a model
/// that has diverged does not replace one that has not.
void Trainer::end_epoch() {
  if (!finished_phase().validates) return;  // saved by end_detecting()
  caption_validation(/*probe=*/true);
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

Selection Trainer::selection() const {
  return select(state_.history, state_.selected_after, validator_.criterion());
}

/// What selects, of the epoch that is the best so far.
std::optional<double> Trainer::best_value() const {
  for (const EpochRecord& record : state_.history) {
    if (record.epoch == state_.best_epoch) return validator_.criterion().of(record);
  }
  return std::nullopt;
}

EpochRecord Trainer::measure(const CaptionScores& scores) {
  EpochRecord record;
  record.epoch = static_cast<int64_t>(state_.cursor.epoch);
  record.step = state_.step;
  record.loss = state_.loss_words > 0 ? state_.loss_sum / state_.loss_words : 0;
  record.learning_rate = learning_rate_at(state_.step - 1);
  record.seconds = state_.epoch_seconds;
  record.waited = state_.waited_seconds;
  record.take(scores);
  for (const auto& [key, measured] : state_.measures) {
    if (measured.second > 0) record.measures.set(key, measured.first / measured.second);
  }
  if (!record.measures.empty()) record.signature = gradient_.signature(finished_phase());
  record.images = static_cast<int64_t>(validator_.pictures());
  const auto value = validator_.criterion().of(record);
  const bool tie = value.value_or(0) == 0 || value == best_value();
  if (tie || validator_.pictures() < kFewValidationPictures) {
    record.validation_loss =
        with_validation([&](FeatureSource& source) { return validator_.loss(source); });
  }
  return record;
}

void Trainer::validate() {
  const EpochRecord record = measure(validator_.score(caption_validation(/*probe=*/false)));
  state_.history.push_back(record);
  state_.measures.clear();
  state_.loss_sum = state_.loss_words = state_.epoch_seconds = state_.waited_seconds = 0;
  state_.validated = record.epoch;
  const bool best = selection().best == record.epoch;
  if (best) {
    state_.best_epoch = record.epoch;
    checkpoint_.save_best(state_.history);
  }
  // The last file comes last: killed before it, the validation is done again and writes all three.
  write_training_log(checkpoint_.log(), state_.history);
  save_last();
  if (observer_.epoch) observer_.epoch(record, best);
}

bool Trainer::finished() const {
  return !stale_text().empty() || state_.cursor.epoch >= static_cast<uint64_t>(options_.epochs);
}

/// Why the run ends before its last epoch; "": it does not.
std::string Trainer::stale_text() const {
  const bool last = state_.cursor.epoch >= static_cast<uint64_t>(options_.epochs);
  if (last || options_.patience == 0) return "";
  const int64_t stale = selection().stale;
  if (stale < options_.patience) return "";
  const Criterion& criterion = validator_.criterion();
  return "ended after epoch " + std::to_string(state_.validated) + " of " +
         std::to_string(options_.epochs) + ": validation " + criterion.title + " has not " +
         (criterion.greater_is_better ? "risen" : "fallen") + " for " + std::to_string(stale) +
         " epochs (`patience`=" + std::to_string(options_.patience) + "; 0 trains to the end)";
}

Trainer::Outcome Trainer::run() {
  try {
    begin();
    while (true) {
      if (state_.validated < static_cast<int64_t>(state_.cursor.epoch)) {
        finished_phase().validates ? validate() : end_detecting();
      }
      if (finished()) break;
      train_epoch();
      end_epoch();
    }
  } catch (const Stopped&) {
    save_last();
    return Outcome::kStopped;
  }
  if (const std::string stale = stale_text(); !stale.empty()) say(stale);
  return Outcome::kFinished;
}

}  // namespace storyteller
