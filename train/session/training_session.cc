#include "train/session/training_session.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/printable.h"
#include "core/system/threads.h"
#include "model/model_file.h"
#include "model/style_tokens.h"
#include "train/checkpoint.h"
#include "train/data/data_sets.h"
#include "train/features/training_features.h"
#include "train/rewards/caption_reward.h"
#include "train/session/encoder_file.h"
#include "train/session/new_concepts.h"
#include "train/session/resume.h"
#include "train/session/run_record.h"
#include "train/session/session_notes.h"
#include "train/session/several_sets.h"
#include "train/session/task_data.h"
#include "train/session/teachers.h"
#include "train/session/text_captions.h"
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

std::vector<std::string> all_data(const SessionOptions& options) {
  std::vector<std::string> all = {options.data};
  all.insert(all.end(), options.more_data.begin(), options.more_data.end());
  return all;
}

}  // namespace

/// What is known before the data are opened.
struct TrainingSession::Start {
  explicit Start(SessionOptions given)
      : options(std::move(given)),
        folder(options.run_folder,
               options.resume ? RunFolder::Use::kResume : RunFolder::Use::kBegin),
        sets(parse_data_sets(all_data(options))),
        recipe(recipe_for(sets.front().specification)),
        model(starting_model(options, folder)),
        resumes(model && options.resume && std::filesystem::exists(folder.last())) {
    if (model) {
      recipe.model = model_options_of(*model);
      recipe.train.style_tokens = !styles_of(vocabulary_of(*model)).empty();
    }
    declare(recipe, config);
    if (!options.config.empty()) config.load_file(options.config);
    if (!options.resume || !std::filesystem::exists(folder.config())) return;
    std::ifstream file(folder.config());
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    config.load_json(text, Config::Source::kCheckpoint, folder.config().string());
  }

  /// The data sets, as often as the settings in force say.
  std::vector<DataSet> weighted_sets() const {
    std::vector<DataSet> weighted = sets;
    take_weights(recipe.train.data_weights, "`data_weights`", &weighted);
    return weighted;
  }
  /// Throws UsageError where a model to start from has no style for a data set, or has styles and
  /// the settings want none, or the other way round.
  void require_styles() const {
    if (!model) return;
    const Vocabulary words = vocabulary_of(*model);
    if (styles_of(words).empty() == recipe.train.style_tokens) {
      throw UsageError(std::string("`style_tokens`: the model to start from was trained ") +
                       (recipe.train.style_tokens ? "without them" : "with them") +
                       "; leave the setting as it was, or begin another run");
    }
    for (const DataSet& set : sets) {
      if (!recipe.train.style_tokens) continue;
      begin_word(words, set.name,
                 "`style_tokens`: data set " + set.specification +
                     ", to be named as a style of the model (`data` "
                     "NAME=FORMAT:PATH)");
    }
  }
  /// The file that the run goes on from; null: it begins.
  const SafetensorsFile* last() const { return resumes ? &*model : nullptr; }

  SessionOptions options;
  RunFolder folder;
  std::vector<DataSet> sets;
  Recipe recipe;
  std::optional<SafetensorsFile> model;
  bool resumes;
  Config config;
};

/// What a run is made of, when all is there but the folder of a new one.
struct TrainingSession::Parts {
  Parts(const Start& start, Device device, SessionObserver whom);

  static std::optional<WeightsFile> pretrained_weights(const Start& start);
  void load_weights(const Start& start, const std::optional<WeightsFile>& weights,
                    const NewConcepts& concepts);
  Vocabulary words(const Start& start) const;
  int begin_of(const std::string& set) const;
  std::vector<const SplitData*> splits() const;
  void read_content() const;
  std::vector<TrainingSet> training_sets() const;
  RunRecord record(const Start& start) const;
  ResumeNotes say_changes(const Start& start, const RunRecord& record) const;
  void take_up(const Start& start, const ResumeNotes& notes);
  TrainingOutcome learn(const Start& start, const RunRecord& record, const ResumeNotes& notes);
  void name_bad_pictures_if_possible(const std::filesystem::path& path) const;
  PreparationObserver preparation() const {
    return {.progress = observer.preparing, .message = observer.message};
  }

  SessionObserver observer;
  std::vector<DataSet> sets;  // with their weights
  SplitData train;
  std::vector<SplitData> validation;
  std::unique_ptr<Captioner> captioner;
  Teachers teachers;
  BadPictures bad;
  TrainingFeatures features;
  std::optional<Trainer> trainer;
};

TrainingSession::Parts::Parts(const Start& start, Device device, SessionObserver whom)
    : observer(std::move(whom)),
      sets(start.weighted_sets()),
      train(sets, Split::kTrain, {.share = start.options.max_bad}),
      validation(open_validation(sets, {.share = start.options.max_bad}, observer.message)) {
  const DataNotes notes = notes_on(train, validation);
  for (const std::string& line : notes.lines) tell(observer.message, line);
  for (const std::string& line : notes.warnings) tell(observer.warning, line);
  const TrainOptions& options = start.recipe.train;
  const ModelOptions& model = start.recipe.model;
  require_data_for(model.task, train);
  Vocabulary vocabulary = words(start);
  const std::optional<WeightsFile> weights = pretrained_weights(start);
  const NewConcepts concepts =
      start.model ? NewConcepts{.table = concept_table_of(*start.model)}
                  : new_concepts(model, *train.captions, vocabulary, weights ? &*weights : nullptr);
  captioner = std::make_unique<Captioner>(
      model, std::move(vocabulary), device, options.seed,
      /*with_gradients=*/true, options.precision, options.encoder, concepts.table,
      answers_for(model.task, start.model ? &*start.model : nullptr, train, options.answers));
  load_weights(start, weights, concepts);
  const std::string told_nothing =
      check_text_captions(*train.dataset, model, start.options.teachers.size());
  if (!told_nothing.empty()) tell(observer.warning, told_nothing);
  teachers = load_teachers(start.options.teachers, *captioner);
  const bool asks = model.task == Task::kVqa;
  tell(observer.message,
       std::to_string(train.dataset->size()) + " pictures, " +
           std::to_string(train.captions->size()) + (asks ? " questions, " : " captions, ") +
           std::to_string(captioner->vocabulary().size()) + " words, " +
           (asks ? std::to_string(captioner->answers().size()) + " answers, " : std::string()) +
           std::to_string(captioner->parameters().trainable_elements()) + " parameters");
  for (const std::string& line : lines_on_sets(sets, train)) tell(observer.message, line);
  for (const std::string& line : warnings_of_words_and_pictures(
           options, train, validation, captioner->vocabulary(), !start.model)) {
    tell(observer.warning, line);
  }
  const size_t listed = train.dataset->size() + train.dataset->skipped().count();
  bad = BadPictures(MaxBad{.share = start.options.max_bad}.of(listed));
}

/// Those of the model that it starts from, or of the captions, with a token for each style.
Vocabulary TrainingSession::Parts::words(const Start& start) const {
  if (start.model) return vocabulary_of(*start.model);
  const Vocabulary words = build_vocabulary(*train.captions, start.recipe.train.min_count);
  if (!start.recipe.train.style_tokens) return words;
  std::vector<std::string> styles;
  for (const DataSet& set : sets) styles.push_back(set.name);
  return with_styles(words, styles);
}

/// What captions of a set begin with.
int TrainingSession::Parts::begin_of(const std::string& set) const {
  const Vocabulary& vocabulary = captioner->vocabulary();
  return begin_word(vocabulary, styles_of(vocabulary).empty() ? "" : set, "`style_tokens`");
}

/// All that was opened.
std::vector<const SplitData*> TrainingSession::Parts::splits() const {
  std::vector<const SplitData*> all = {&train};
  for (const SplitData& split : validation) all.push_back(&split);
  return all;
}

void TrainingSession::Parts::read_content() const {
  for (const SplitData* split : splits()) split->read_content(preparation());
  const DataNotes shared = notes_on_shared_pictures(train, validation);
  for (const std::string& line : shared.lines) tell(observer.message, line);
  for (const std::string& line : shared.warnings) tell(observer.warning, line);
}

std::vector<TrainingSet> TrainingSession::Parts::training_sets() const {
  std::vector<TrainingSet> all;
  for (size_t s = 0; s < sets.size(); ++s) {
    all.push_back({.name = sets[s].name,
                   .end = train.joined() == nullptr ? train.dataset->size()
                                                    : train.joined()->parts()[s].end(),
                   .weight = sets[s].weight,
                   .begin = begin_of(sets[s].name)});
  }
  return all;
}

/// The pretrained ones of the encoder of a new model; nothing where it learns from scratch.
std::optional<WeightsFile> TrainingSession::Parts::pretrained_weights(const Start& start) {
  const std::string& encoder = start.recipe.model.encoder;
  if (start.model || !is_pretrained(encoder)) return std::nullopt;
  std::vector<std::string> data;
  for (const DataSet& set : start.sets) data.push_back(set.specification);
  return WeightsFile::open(encoder_file(encoder, start.options.encoder_weights, data));
}

/// The weights that a run starts from: those of a model file, or pretrained ones of its encoder.
void TrainingSession::Parts::load_weights(const Start& start,
                                          const std::optional<WeightsFile>& weights,
                                          const NewConcepts& concepts) {
  if (start.model) {
    if (!start.resumes && !start.options.encoder_weights.empty()) {
      tell(observer.warning,
           "`encoder_weights` is not read: `initial_model` brings an encoder of its own");
    }
    captioner->take_values(*start.model);
  } else if (weights) {
    for (const std::string& note : weights->notes()) tell(observer.message, note);
    for (const std::string& note : captioner->encoder().load_pretrained(*weights)) {
      tell(observer.message, note);
    }
    if (concepts.classifier) {
      take_classifier(*concepts.classifier, weights->file(), captioner->parameters());
    }
  }
  if (!concepts.message.empty()) tell(observer.message, concepts.message);
}

/// What is trained on and how, as a run that goes on compares it.
RunRecord TrainingSession::Parts::record(const Start& start) const {
  RunRecord record;
  std::vector<RunRecord::Data> trained, validated;
  for (const Dataset* set : train.datasets()) trained.push_back(RunRecord::of(*set));
  for (const SplitData& split : validation) {
    validated.push_back(RunRecord::of(*split.datasets().front()));
  }
  record.train = RunRecord::of_all(trained);
  record.validation = RunRecord::of_all(validated);
  for (size_t s = 0; s < trained.size() && trained.size() > 1; ++s) {
    RunRecord::Set set{.name = sets[s].name, .train = trained[s], .validation = {}};
    for (size_t v = 0; v < validation.size(); ++v) {
      if (validation[v].name == set.name) set.validation = validated[v];
    }
    record.sets.push_back(std::move(set));
  }
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
  for (const SplitData* split : splits()) bad.record_all(split->dataset->skipped());
  const int64_t validated =
      start.last() == nullptr ? 0 : Checkpoint::validated_epochs(*start.last());
  features = TrainingFeatures::prepare(train, validation, *captioner, start.recipe.train, validated,
                                       start.options.cache, preparation(), bad);
  require_each_set_readable(train, bad, start.options.max_bad);
  TrainingData data = features.data(train, validation);
  data.sets = training_sets();
  for (ValidationSet& set : data.validation) {
    set.begin = begin_of(set.name.empty() ? sets[0].name : set.name);
  }
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
std::span<const SplitData> TrainingSession::validations() const { return parts_->validation; }
const BadPictures& TrainingSession::bad() const { return parts_->bad; }
const TrainingState& TrainingSession::state() const { return parts_->trainer->state(); }

void TrainingSession::check_settings() const {
  if (!start_->model) take_defaults_of_kind(start_->recipe.model.decoder, start_->config);
  take_training_defaults_of_kind(start_->recipe.model.decoder, start_->config);
  require_read_settings(start_->config);
  start_->weighted_sets();
  start_->require_styles();
  check(start_->recipe.model.search);
  check(start_->recipe.train.scheduled_sampling);
  parse_reward(start_->recipe.train.self_critical.reward, "`self_critical_reward`");
  check_teachers(parse_objectives(start_->recipe.train.objectives, "`objectives`"),
                 start_->recipe.train.self_critical.compares(), start_->options.teachers.size());
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
  parts_->read_content();
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
