#include "train/trainer.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "core/system/seconds_since.h"
#include "core/system/signals.h"
#include "train/validation/answer_examiner.h"
#include "train/validation/validator.h"

namespace storyteller {
namespace {

using Clock = std::chrono::steady_clock;

Learners learners_of(const Captioner& captioner) {
  return {.word_detector = captioner.word_detector() != nullptr,
          .concepts = captioner.concepts() != nullptr,
          .pretrained_encoder = is_pretrained(captioner.options().encoder),
          .fine_tuned_encoder = captioner.fine_tunes_encoder(),
          .answers = captioner.options().task == Task::kVqa};
}

std::vector<CaptionRange> ranges_of(const TrainingData& data) {
  std::vector<CaptionRange> ranges;
  for (const TrainingSet& set : data.sets) ranges.push_back({set.end, set.begin, set.weight});
  return ranges;
}

std::vector<std::unique_ptr<Examiner>> examiners_of(const TrainOptions& options,
                                                    Captioner& captioner,
                                                    const TrainingData& data) {
  std::vector<std::unique_ptr<Examiner>> examiners;
  for (const ValidationSet& set : data.validation) {
    if (captioner.options().task == Task::kVqa) {
      examiners.push_back(std::make_unique<AnswerExaminer>(options, captioner, set));
    } else {
      examiners.push_back(std::make_unique<Validator>(options, captioner, set));
    }
  }
  return examiners;
}

std::optional<PictureConcepts> concepts_of(const TrainOptions& options, const Captioner& captioner,
                                           const CaptionCorpus& captions) {
  const Concepts* concepts = captioner.concepts();
  if (concepts == nullptr) return std::nullopt;
  return std::optional<PictureConcepts>(std::in_place, captions, captioner.vocabulary(),
                                        concepts->table(), options.concept_noise,
                                        concepts->inputs());
}

}  // namespace

Trainer::Trainer(const TrainOptions& options, Captioner& captioner, const TrainingData& data,
                 std::filesystem::path run_folder, BadPictures& bad, TrainingObserver observer)
    : options_(options),
      captioner_(captioner),
      observer_(std::move(observer)),
      curriculum_(make_curriculum(options, learners_of(captioner))),
      examiners_(examiners_of(options, captioner, data)),
      ranges_(ranges_of(data)),
      captions_(data.train_captions, captioner.vocabulary(),
                EncodingOptions{.max_words = options.max_words,
                                .equal_images = options.equal_images,
                                .ranges = ranges_}),
      concepts_(concepts_of(options, captioner, data.train_captions)),
      sources_(options, captioner, data, bad),
      plan_(WeightedSampler(sources_.usable(captions_),
                            {.batch = static_cast<size_t>(options.batch_size),
                             .captions_per_image = static_cast<size_t>(options.captions_per_image),
                             .seed = options.seed},
                            sources_.shares()),
            static_cast<size_t>(options.accumulate)),
      gradient_(curriculum_,
                {options_, captioner, data.train_captions, data.teachers, ranges_,
                 concepts_ ? &*concepts_ : nullptr, &data.train},
                captions_),
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

/// `use(examiner, source)` for the validation pictures of each set, with the average of the
/// model's weights and by the encoder of the epoch that has just ended.
template <class Use>
void Trainer::for_each_set(Use&& use) {
  const AveragedWeights averaged(average_);
  for (size_t set = 0; set < examiners_.size(); ++set) {
    const auto source = sources_.validation(set, finished_phase().is_frozen(kEncoderGroup));
    use(*examiners_[set], *source);
  }
}

size_t Trainer::validation_pictures() const {
  size_t pictures = 0;
  for (const auto& examiner : examiners_) pictures += examiner->pictures();
  return pictures;
}

/// Of each set; of none where it only probes. A model that cannot say a word has diverged.
std::vector<Marks> Trainer::examine(bool probe) {
  std::vector<Marks> marks;
  size_t before = 0;  // pictures of earlier sets
  const auto progress = [&](size_t done, size_t) {
    if (observer_.validating && !probe) observer_.validating(before + done, validation_pictures());
    if (stop_requested()) throw Stopped();
  };
  try {
    for_each_set([&](Examiner& examiner, FeatureSource& source) {
      if (probe) {
        examiner.probe(source, progress);
      } else {
        marks.push_back(examiner.examine(source, progress));
      }
      before += examiner.pictures();
    });
  } catch (const ModelError&) {
    throw diverged("no word has a probability any more");
  }
  return marks;
}

/// Keeps what the epoch has learned before anything can go wrong with its validation; but a model
/// that has diverged does not replace one that has not.
void Trainer::end_epoch() {
  if (!finished_phase().validates) return;  // saved by end_detecting()
  examine(/*probe=*/true);
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
  return select(state_.history, state_.selected_after, criterion());
}

/// What selects, of the epoch that is the best so far.
std::optional<double> Trainer::best_value() const {
  for (const EpochRecord& record : state_.history) {
    if (record.epoch == state_.best_epoch) return criterion().of(record);
  }
  return std::nullopt;
}

void Trainer::measure_loss(EpochRecord* record) {
  std::vector<std::optional<double>> losses;
  for_each_set([&](const Examiner& examiner, FeatureSource& source) {
    losses.push_back(examiner.loss(source));
  });
  if (record->sets.empty()) {
    record->validation_loss = losses.front();
    return;
  }
  std::vector<SetRecord> sets = record->sets;
  for (size_t s = 0; s < sets.size(); ++s) sets[s].validation_loss = losses[s];
  take_sets(std::move(sets), options_.selection_over, record);
}

EpochRecord Trainer::measure(const std::vector<Marks>& marks) {
  EpochRecord record;
  record.epoch = static_cast<int64_t>(state_.cursor.epoch);
  record.step = state_.step;
  record.loss = state_.loss_words > 0 ? state_.loss_sum / state_.loss_words : 0;
  record.learning_rate = learning_rate_at(state_.step - 1);
  record.seconds = state_.epoch_seconds;
  record.waited = state_.waited_seconds;
  if (marks.size() == 1) {
    record.scores = marks.front().scores;
    record.distinct = marks.front().distinct;
    record.images = static_cast<int64_t>(validation_pictures());
  } else {
    std::vector<SetRecord> sets;
    for (size_t s = 0; s < marks.size(); ++s) {
      sets.push_back({.name = examiners_[s]->name(),
                      .scores = marks[s].scores,
                      .distinct = marks[s].distinct,
                      .images = static_cast<int64_t>(examiners_[s]->pictures())});
    }
    take_sets(std::move(sets), options_.selection_over, &record);
  }
  for (const auto& [key, measured] : state_.measures) {
    if (measured.second > 0) record.measures.set(key, measured.first / measured.second);
  }
  if (!record.measures.empty()) record.signature = gradient_.signature(finished_phase());
  const auto value = criterion().of(record);
  const bool tie = value.value_or(0) == 0 || value == best_value();
  const bool few = std::any_of(examiners_.begin(), examiners_.end(), [](const auto& each) {
    return each->pictures() < kFewValidationPictures;
  });
  if (tie || few) measure_loss(&record);
  return record;
}

void Trainer::validate() {
  const EpochRecord record = measure(examine(/*probe=*/false));
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
  return "ended after epoch " + std::to_string(state_.validated) + " of " +
         std::to_string(options_.epochs) + ": validation " + criterion().title + " has not " +
         (criterion().greater_is_better ? "risen" : "fallen") + " for " + std::to_string(stale) +
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
