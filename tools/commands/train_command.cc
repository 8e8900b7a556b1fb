#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <optional>
#include <sstream>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/signals.h"
#include "core/system/threads.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/output_file.h"
#include "tools/commands/split_data.h"
#include "tools/commands/stopped.h"
#include "tools/commands/training_caches.h"
#include "tools/commands/training_messages.h"
#include "train/session/encoder_file.h"
#include "train/session/recipe.h"
#include "train/session/resume.h"
#include "train/session/run_folder.h"
#include "train/session/run_record.h"
#include "train/trainer.h"
#include "train/word_coverage.h"

namespace storyteller {
namespace {

struct TrainArguments {
  std::string data, out, config, init, encoder_weights, cache = default_cache_folder();
  std::vector<std::string> settings;
  std::string seed;
  bool resume = false, allow_other_data = false;
  double max_bad = MaxBad{}.share;
  Machine machine;
};

/// Settings of a run, from the recipe of its data set to the flags; the strongest wins.
void configure(const TrainArguments& arguments, const RunFolder& folder, Config& config) {
  if (!arguments.config.empty()) config.load_file(arguments.config);
  if (arguments.resume && std::filesystem::exists(folder.config())) {
    std::ifstream file(folder.config());
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    config.load_json(text, Config::Source::kCheckpoint, folder.config().string());
  }
  config.load_environment();
  for (const std::string& setting : arguments.settings) config.assign(setting);
  if (!arguments.seed.empty()) config.assign("seed=" + arguments.seed, "--");
}

/// Throws where the run would be written over the data set, or over the model that it starts from.
void require_outputs_apart(const TrainArguments& arguments) {
  const std::filesystem::path out = arguments.out;
  InputFiles inputs;
  inputs.add_data(arguments.data);
  std::error_code failure;
  if (!std::filesystem::exists(out / "last.storyteller", failure)) {
    inputs.add(arguments.init, "the model to start from");
  }
  inputs.require_other("--out", out);
  inputs.require_other("--out", out / "best.storyteller");
}

/// The model file that a run goes on from: its own last one, or that of --init.
std::optional<SafetensorsFile> starting_model(const TrainArguments& arguments,
                                              const RunFolder& folder) {
  std::optional<SafetensorsFile> last;
  if (arguments.resume) last = folder.open_last();
  if (last || arguments.init.empty()) return last;
  return SafetensorsFile::open(arguments.init);
}

/// What is trained on and how, as --resume compares it.
RunRecord record_of(const TrainArguments& arguments, const SplitData& train,
                    const SplitData& validation, const Config& config, Device device) {
  RunRecord record;
  record.train = RunRecord::of(*train.dataset);
  record.validation = RunRecord::of(*validation.dataset);
  record.settings = settings_of(config);
  record.threads = threads_in_force();
  record.device = device.is_cpu() ? "cpu" : "cuda";
  record.encoder_weights = arguments.encoder_weights;
  return record;
}

/// The weights that a run starts from: those of a model file, or pretrained ones of its encoder.
void load_weights(Captioner& captioner, const TrainArguments& arguments,
                  const std::optional<SafetensorsFile>& start, bool resumes, Progress& progress) {
  const std::string& encoder = captioner.options().encoder;
  if (start) {
    if (!resumes && !arguments.encoder_weights.empty()) {
      report_warning("--encoder-weights is not read: --init brings an encoder of its own",
                     std::cerr);
    }
    captioner.take_values(*start);
  } else if (is_pretrained(encoder)) {
    const WeightsFile weights =
        WeightsFile::open(encoder_file(encoder, arguments.encoder_weights, arguments.data));
    for (const std::string& note : weights.notes()) progress.line(note);
    for (const std::string& note : captioner.encoder().load_pretrained(weights)) {
      progress.line(note);
    }
  }
}

/// What a run is made of, when all is there but the folder of a new one.
struct Session {
  const TrainArguments& arguments;
  const TrainOptions& options;
  const Config& config;
  const SafetensorsFile* last;  // that it goes on from; null: it begins
  const SplitData &train, &validation;
  Captioner& captioner;
  RunFolder& folder;
  Progress& progress;
  BadPictures& bad;
};

/// Compares a run with its last.storyteller and says what is otherwise.
ResumeNotes say_changes(const Session& session, const RunRecord& record) {
  ResumeNotes notes =
      compare_with_run(record, *session.last, session.folder, session.arguments.allow_other_data);
  for (const std::string& line : notes.lines) session.progress.line("resume: " + line);
  for (const std::string& line : notes.warnings) report_warning("--resume: " + line, std::cerr);
  return notes;
}

void take_up(const Session& session, const ResumeNotes& notes, Trainer& trainer) {
  trainer.resume();
  if (notes.other_validation) trainer.select_anew();
  write_file_atomically(session.folder.config(), session.config.to_json());
  session.progress.line("resumed at step " + std::to_string(trainer.state().step) + " of " +
                        std::to_string(trainer.steps_per_epoch() * session.options.epochs));
  if (notes.other_schedule) session.progress.line(learning_rate_line(trainer));
}

/// Computes what frozen layers say, then trains.
Trainer::Outcome learn(const Session& session, const RunRecord& record, const ResumeNotes& notes) {
  const SplitData &train = session.train, &validation = session.validation;
  Progress& progress = session.progress;
  for (const SplitData* split : {&train, &validation}) {
    session.bad.record_all(split->dataset->skipped());
  }
  const int64_t validated = session.last == nullptr ? 0 : Checkpoint::validated_epochs(*session.last);
  const TrainingCaches caches =
      TrainingCaches::prepare(train, validation, session.captioner, session.options, validated,
                              session.arguments.cache, progress, session.bad);
  Trainer trainer(session.options, session.captioner, caches.data(train, validation),
                  session.folder.path(), session.bad,
                  observe(progress, session.options, static_cast<int64_t>(train.captions->size())));
  trainer.describe(to_json(record));
  if (session.last != nullptr) {
    take_up(session, notes, trainer);
  } else if (session.arguments.resume) {
    progress.line(session.folder.path().string() +
                  ": the run had not begun to learn; it begins now");
  }
  const Trainer::Outcome outcome = trainer.run();
  progress.finish();
  if (outcome == Trainer::Outcome::kStopped) {
    progress.line("stopped at step " + std::to_string(trainer.state().step) +
                  "; go on with --resume");
  }
  return outcome;
}

/// For a run that ends by an error, which often is that they were too many: they are named all the
/// same. Where that cannot be done, the error tells.
void name_bad_pictures(const Session& session) {
  try {
    write_bad_pictures(session.folder.bad_pictures(), session.bad);
  } catch (const std::exception&) {
    return;
  }
}

/// From its beginning on a signal leaves a run that can go on.
Trainer::Outcome run(const Session& session) {
  if (session.last == nullptr) {
    session.folder.make();
    write_file_atomically(session.folder.config(), session.config.to_json());
  }
  for (const SplitData* split : {&session.train, &session.validation}) {
    split->read_content(session.progress);
  }
  const RunRecord record = record_of(session.arguments, session.train, session.validation,
                                     session.config, session.captioner.device());
  const ResumeNotes notes = session.last == nullptr ? ResumeNotes() : say_changes(session, record);
  Trainer::Outcome outcome{};
  try {
    outcome = learn(session, record, notes);
  } catch (...) {
    name_bad_pictures(session);
    throw;
  }
  write_bad_pictures(session.folder.bad_pictures(), session.bad);
  if (!session.bad.empty()) report_warning(session.bad.summary(), std::cerr);
  return outcome;
}

int train(const TrainArguments& arguments) {
  catch_stop_signals();
  require_outputs_apart(arguments);
  RunFolder folder(arguments.out,
                   arguments.resume ? RunFolder::Use::kResume : RunFolder::Use::kBegin);
  Recipe recipe = recipe_for(arguments.data);
  const std::optional<SafetensorsFile> start = starting_model(arguments, folder);
  const bool resumes = start && arguments.resume && std::filesystem::exists(folder.last());
  if (start) recipe.model = Captioner::options_of(*start);
  Config config;
  declare(recipe, config);
  configure(arguments, folder, config);
  if (start) require_same_model(recipe.model, *start, resumes);
  const Device device = arguments.machine.start(/*verbose=*/true);
  const MaxBad max_bad{.share = arguments.max_bad};

  const SplitData train(arguments.data, Split::kTrain, max_bad);
  const SplitData validation(arguments.data, Split::kVal, max_bad);

  Progress progress(std::cerr, ProgressStyle::detect(STDERR_FILENO));
  say_notes(train, validation, progress);
  Captioner captioner(recipe.model,
                      start ? Captioner::vocabulary_of(*start)
                            : build_vocabulary(*train.captions, recipe.train.min_count),
                      device, recipe.train.seed, /*with_gradients=*/true, recipe.train.precision,
                      recipe.train.encoder);
  load_weights(captioner, arguments, start, resumes, progress);
  progress.line(std::to_string(train.dataset->size()) + " pictures, " +
                std::to_string(train.captions->size()) + " captions, " +
                std::to_string(captioner.vocabulary().size()) + " words, " +
                std::to_string(captioner.parameters().trainable_elements()) + " parameters");
  warn_of_words_and_pictures(recipe.train, train, validation, captioner.vocabulary(), !start);

  BadPictures bad(max_bad.of(train.dataset->size() + train.dataset->skipped().count()));
  const Trainer::Outcome outcome = run({.arguments = arguments,
                                        .options = recipe.train,
                                        .config = config,
                                        .last = resumes ? &*start : nullptr,
                                        .train = train,
                                        .validation = validation,
                                        .captioner = captioner,
                                        .folder = folder,
                                        .progress = progress,
                                        .bad = bad});
  if (outcome == Trainer::Outcome::kStopped) return stop_exit_code();
  std::cout << folder.best().string() << '\n';
  return 0;
}

}  // namespace

void add_train_command(const Options& program) {
  auto arguments = std::make_shared<TrainArguments>();
  const Options command = program.command("train", "learn to caption from a data set");
  command
      .text("--data", arguments->data,
            "FORMAT:PATH, e.g. flickr8k:DIR or shards:DIR (`storyteller data --help` lists "
            "the formats); or scenes, which needs no files")
      .required();
  command.text("--out", arguments->out, "folder of the run").required();
  command.text("--config", arguments->config, "settings as a JSON file");
  command.repeated("--set", arguments->settings, "a setting, key=value; may be repeated");
  command.text("--init", arguments->init,
               "model file to start from: its options, words and weights");
  command.flag("--resume", arguments->resume, "go on with the run in --out");
  command.flag("--allow-other-data", arguments->allow_other_data,
               "with --resume: although the data are not those of the run");
  command.text("--seed", arguments->seed, "the same as --set seed=N");
  command.text("--encoder-weights", arguments->encoder_weights,
               "pretrained encoder: safetensors, PyTorch .pth, NumPy .npz");
  command.text("--cache", arguments->cache, "folder for features of a frozen encoder");
  add_max_bad_option(command, arguments->max_bad);
  arguments->machine.add_options(command);
  command.footer([] {
    Recipe recipe;
    Config config;
    declare(recipe, config);
    std::ostringstream text;
    text << "Settings (--set key=value, environment STORYTELLER_KEY, or --config):\n";
    for (const Config::Entry& entry : config.entries()) {
      text << "  " << std::left << std::setw(23) << entry.key << entry.help << " ["
           << entry.default_value << "]\n";
    }
    return text.str();
  });
  command.runs([arguments] { return train(*arguments); },
               "lower --set batch_size or the size of the model, or close other programs");
}

}  // namespace storyteller
