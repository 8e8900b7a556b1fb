#include "train/session/training_session.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/printable.h"
#include "core/system/threads.h"
#include "model/model_file.h"
#include "train/checkpoint.h"
#include "train/features/training_features.h"
#include "train/rewards/caption_reward.h"
#include "train/session/encoder_file.h"
#include "train/session/resume.h"
#include "train/session/run_record.h"
#include "train/session/session_notes.h"
#include "train/session/teachers.h"
#include "train/session/unread_settings.h"
#include "train/trainer.h"
#include "train/word_coverage.h"

namespace storyteller {
namespace {

void tell(const std::function<void(const std::string&)>& observer, const std::string& text) {
  if (observer) observer(text);
}

/// The model file that a run goes on from: its own last one, or the one to start from.
std::optional<SafetensorsFile> starting_model(const SessionOptions& options,
                                              const RunFolder& folder) {
  std::optional<SafetensorsFile> last;
  if (options.resume) last = folder.open_last();
  if (last || options.initial_model.empty()) return last;
  return SafetensorsFile::open(options.initial_model);
}

}  // namespace

/// What is known before the data are opened.
struct TrainingSession::Start {
  explicit Start(SessionOptions given)
      : options(std::move(given)),
        folder(options.run_folder,
               options.resume ? RunFolder::Use::kResume : RunFolder::Use::kBegin),
        recipe(recipe_for(options.data)),
        model(starting_model(options, folder)),
        resumes(model && options.resume && std::filesystem::exists(folder.last())) {
    if (model) recipe.model = model_options_of(*model);
    declare(recipe, config);
    if (!options.config.empty()) config.load_file(options.config);
    if (!options.resume || !std::filesystem::exists(folder.config())) return;
    std::ifstream file(folder.config());
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    config.load_json(text, Config::Source::kCheckpoint, folder.config().string());
  }

  /// The file that the run goes on from; null: it begins.
  const SafetensorsFile* last() const { return resumes ? &*model : nullptr; }

  SessionOptions options;
  RunFolder folder;
  Recipe recipe;
  std::optional<SafetensorsFile> model;
  bool resumes;
  Config config;
};

/// What a run is made of, when all is there but the folder of a new one.
struct TrainingSession::Parts {
  Parts(const Start& start, Device device, SessionObserver whom);

  void load_weights(const Start& start);
  RunRecord record(const Start& start) const;
  ResumeNotes say_changes(const Start& start, const RunRecord& record) const;
  void take_up(const Start& start, const ResumeNotes& notes);
  TrainingOutcome learn(const Start& start, const RunRecord& record, const ResumeNotes& notes);
  void name_bad_pictures_if_possible(const std::filesystem::path& path) const;
  PreparationObserver preparation() const {
    return {.progress = observer.preparing, .message = observer.message};
  }

  SessionObserver observer;
  SplitData train, validation;
  std::unique_ptr<Captioner> captioner;
  Teachers teachers;
  BadPictures bad;
  TrainingFeatures features;
  std::optional<Trainer> trainer;
};

TrainingSession::Parts::Parts(const Start& start, Device device, SessionObserver whom)
    : observer(std::move(whom)),
      train(start.options.data, Split::kTrain, {.share = start.options.max_bad}),
      validation(start.options.data, Split::kVal, {.share = start.options.max_bad}) {
  const DataNotes notes = notes_on(train, validation);
  for (const std::string& line : notes.lines) tell(observer.message, line);
  for (const std::string& line : notes.warnings) tell(observer.warning, line);
  const TrainOptions& options = start.recipe.train;
  captioner = std::make_unique<Captioner>(
      start.recipe.model,
      start.model ? vocabulary_of(*start.model)
                  : build_vocabulary(*train.captions, options.min_count),
      device, options.seed, /*with_gradients=*/true, options.precision, options.encoder);
  load_weights(start);
  teachers = load_teachers(start.options.teachers, *captioner);
  tell(observer.message, std::to_string(train.dataset->size()) + " pictures, " +
                             std::to_string(train.captions->size()) + " captions, " +
                             std::to_string(captioner->vocabulary().size()) + " words, " +
                             std::to_string(captioner->parameters().trainable_elements()) +
                             " parameters");
  for (const std::string& line : warnings_of_words_and_pictures(
           options, train, validation, captioner->vocabulary(), !start.model)) {
    tell(observer.warning, line);
  }
  const size_t listed = train.dataset->size() + train.dataset->skipped().count();
  bad = BadPictures(MaxBad{.share = start.options.max_bad}.of(listed));
}

/// The weights that a run starts from: those of a model file, or pretrained ones of its encoder.
void TrainingSession::Parts::load_weights(const Start& start) {
  const std::string& encoder = captioner->options().encoder;
  if (start.model) {
    if (!start.resumes && !start.options.encoder_weights.empty()) {
      tell(observer.warning,
           "`encoder_weights` is not read: `initial_model` brings an encoder of its own");
    }
    captioner->take_values(*start.model);
  } else if (is_pretrained(encoder)) {
    const WeightsFile weights =
        WeightsFile::open(encoder_file(encoder, start.options.encoder_weights, start.options.data));
    for (const std::string& note : weights.notes()) tell(observer.message, note);
    for (const std::string& note : captioner->encoder().load_pretrained(weights)) {
      tell(observer.message, note);
    }
  }
}

/// What is trained on and how, as a run that goes on compares it.
RunRecord TrainingSession::Parts::record(const Start& start) const {
  RunRecord record;
  record.train = RunRecord::of(*train.dataset);
  record.validation = RunRecord::of(*validation.dataset);
  record.settings = settings_of(start.config);
  record.threads = threads_in_force();
  record.device = captioner->device().is_cpu() ? "cpu" : "cuda";
  record.encoder_weights = start.options.encoder_weights;
  record.teachers = teachers.records;
  return record;
}

/// Compares a run with its last.storyteller and says what is otherwise.
ResumeNotes TrainingSession::Parts::say_changes(const Start& start, const RunRecord& record) const {
  if (start.last() == nullptr) return {};
  ResumeNotes notes =
      compare_with_run(record, *start.last(), start.folder, start.options.allow_other_data);
  for (const std::string& line : notes.lines) tell(observer.message, "resume: " + line);
  for (const std::string& line : notes.warnings) tell(observer.warning, "`resume`: " + line);
  return notes;
}

void TrainingSession::Parts::take_up(const Start& start, const ResumeNotes& notes) {
  trainer->resume();
  if (notes.chosen_anew) trainer->select_anew();
  write_file_atomically(start.folder.config(), start.config.to_json());
  tell(observer.message,
       "resumed at step " + std::to_string(trainer->state().step) + " of " +
           std::to_string(trainer->steps_per_epoch() * start.recipe.train.epochs));
  if (notes.other_schedule) tell(observer.message, learning_rate_line(*trainer));
}

/// Computes what frozen layers say, then trains.
TrainingOutcome TrainingSession::Parts::learn(const Start& start, const RunRecord& record,
                                              const ResumeNotes& notes) {
  for (const SplitData* split : {&train, &validation}) bad.record_all(split->dataset->skipped());
  const int64_t validated =
      start.last() == nullptr ? 0 : Checkpoint::validated_epochs(*start.last());
  features = TrainingFeatures::prepare(train, validation, *captioner, start.recipe.train, validated,
                                       start.options.cache, preparation(), bad);
  TrainingData data = features.data(train, validation);
  data.teachers = teachers.models;
  trainer.emplace(start.recipe.train, *captioner, data, start.folder.path(), bad,
                  observer.training);
  trainer->describe(to_json(record));
  if (start.last() != nullptr) {
    take_up(start, notes);
  } else if (start.options.resume) {
    tell(observer.message, printable_path(start.folder.path().string()) +
                               ": the run had not begun to learn; it begins now");
  }
  return trainer->run();
}

/// For a run that ends by an error, which often is that they were too many: they are named all the
/// same. Where that cannot be done, the error tells.
void TrainingSession::Parts::name_bad_pictures_if_possible(
    const std::filesystem::path& path) const {
  try {
    write_bad_pictures(path, bad);
  } catch (const std::exception&) {
    return;
  }
}

TrainingSession::TrainingSession(SessionOptions options)
    : start_(std::make_unique<Start>(std::move(options))) {}
TrainingSession::~TrainingSession() = default;

Config& TrainingSession::config() { return start_->config; }
const Recipe& TrainingSession::recipe() const { return start_->recipe; }
const RunFolder& TrainingSession::folder() const { return start_->folder; }
Captioner& TrainingSession::captioner() { return *parts_->captioner; }
const SplitData& TrainingSession::train() const { return parts_->train; }
const SplitData& TrainingSession::validation() const { return parts_->validation; }
const BadPictures& TrainingSession::bad() const { return parts_->bad; }
const TrainingState& TrainingSession::state() const { return parts_->trainer->state(); }

void TrainingSession::check_settings() const {
  if (!start_->model) take_defaults_of_kind(start_->recipe.model.decoder, start_->config);
  require_read_settings(start_->config);
  check(start_->recipe.model.search);
  check(start_->recipe.train.scheduled_sampling);
  parse_reward(start_->recipe.train.self_critical.reward, "`self_critical_reward`");
  check_teachers(parse_objectives(start_->recipe.train.objectives, "`objectives`"),
                 start_->options.teachers.size());
  if (start_->model) require_same_model(start_->recipe.model, *start_->model, start_->resumes);
}

void TrainingSession::open(Device device, SessionObserver observer) {
  check_settings();
  parts_ = std::make_unique<Parts>(*start_, device, std::move(observer));
}

TrainingOutcome TrainingSession::run() {
  if (start_->last() == nullptr) {
    start_->folder.make();
    write_file_atomically(start_->folder.config(), start_->config.to_json());
  }
  for (const SplitData* split : {&parts_->train, &parts_->validation}) {
    split->read_content(parts_->preparation());
  }
  const RunRecord record = parts_->record(*start_);
  const ResumeNotes notes = parts_->say_changes(*start_, record);
  TrainingOutcome outcome{};
  try {
    outcome = parts_->learn(*start_, record, notes);
  } catch (...) {
    parts_->name_bad_pictures_if_possible(start_->folder.bad_pictures());
    throw;
  }
  write_bad_pictures(start_->folder.bad_pictures(), parts_->bad);
  return outcome;
}

}  // namespace storyteller
