#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <optional>
#include <set>
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
#include "train/data/split_overlap.h"
#include "train/encoder_file.h"
#include "train/recipe.h"
#include "train/resume.h"
#include "train/run_folder.h"
#include "train/run_record.h"
#include "train/selection.h"
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

std::string scores_line(const EpochRecord& record, bool best) {
  std::ostringstream line;
  line << "epoch " << record.epoch << std::fixed << std::setprecision(3) << "  loss "
       << record.loss;
  const auto score = [&](const char* name, double value) {
    if (value > 0) line << "  " << name << ' ' << value;  // 0: not asked for
  };
  score("BLEU-1", record.bleu[0]);
  score("BLEU-4", record.bleu[3]);
  score("ROUGE-L", record.rouge_l);
  score("METEOR", record.meteor);
  score("SPICE-native", record.spice);
  line << "  CIDEr " << record.cider << "  distinct " << record.distinct << "/" << record.images
       << "  " << duration_text(record.seconds);
  const double waited = record.seconds > 0 ? record.waited / record.seconds : 0;
  if (waited >= 0.01) line << " (" << std::setprecision(0) << 100 * waited << "% waiting)";
  line << (best ? "  best" : "");
  return line.str();
}

TrainingObserver observe(Progress& progress, const TrainOptions& options, int64_t captions) {
  TrainingObserver observer;
  observer.step = [&progress, &options, captions](const TrainingState& state,
                                                  int64_t steps_per_epoch, double) {
    const int64_t in_epoch = (state.step - 1) % steps_per_epoch + 1;
    const int64_t epoch = (state.step - 1) / steps_per_epoch + 1;
    progress.update(
        {.label = "epoch " + std::to_string(epoch) + "/" + std::to_string(options.epochs),
         .done = std::min(in_epoch * options.batch_size, captions),
         .total = captions,
         .unit = "captions",
         .loss = state.loss_words > 0 ? state.loss_sum / state.loss_words : 0,
         .later = (options.epochs - epoch) * captions});
  };
  observer.validating = [&progress](size_t done, size_t total) {
    progress.update({.label = "validation",
                     .done = static_cast<int64_t>(done),
                     .total = static_cast<int64_t>(total),
                     .unit = "pictures"});
  };
  observer.epoch = [&progress](const EpochRecord& record, bool best) {
    progress.finish();
    progress.line(scores_line(record, best));
  };
  observer.detector_epoch = [&progress](int64_t epoch, double loss) {
    std::ostringstream line;
    line << "epoch " << epoch << std::fixed << std::setprecision(4)
         << "  word detector alone, loss " << loss;
    progress.finish();
    progress.line(line.str());
  };
  observer.message = [&progress](const std::string& text) { progress.line(text); };
  return observer;
}

/// What the splits say of themselves, each note once, and how many pictures they share.
void say_notes(const SplitData& train, const SplitData& validation, Progress& progress) {
  // Lists of names may say the same by themselves: a warning it is here.
  const std::string shared = overlap_by_name({*validation.dataset, split_name(validation.split)},
                                             {*train.dataset, split_name(train.split)});
  std::set<std::string> said = {shared};
  for (const SplitData* split : {&train, &validation}) {
    for (const std::string& note : split->dataset->notes()) {
      if (said.insert(note).second) progress.line(note);
    }
  }
  if (!shared.empty()) report_warning(shared, std::cerr);
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

/// What the user should know before the run takes hours.
void warn_of_words_and_pictures(const Recipe& recipe, const SplitData& train,
                                const SplitData& validation, const Vocabulary& vocabulary,
                                bool own_words) {
  const TrainOptions& options = recipe.train;
  const WordCoverage coverage = word_coverage(*train.captions, vocabulary, options.max_words);
  for (const std::string& line :
       word_warnings(coverage, own_words ? options.min_count : 0, options.max_words)) {
    report_warning(line, std::cerr);
  }
  const size_t pictures = validation.dataset->size();
  const auto some = static_cast<size_t>(options.validation_images);
  const std::string few = few_pictures_warning(some == 0 ? pictures : std::min(pictures, some));
  if (!few.empty()) report_warning(few, std::cerr);
}

/// Another schedule may make the learning rate jump.
std::string learning_rate_line(const Trainer& trainer) {
  std::ostringstream line;
  line << "resume: the schedule is drawn anew: the learning rate is " << trainer.learning_rate()
       << " from here on";
  const std::vector<EpochRecord>& history = trainer.state().history;
  if (!history.empty()) line << "; it was " << history.back().learning_rate;
  return line.str();
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
  declare(recipe.model, config);
  declare(recipe.train, config);
  configure(arguments, folder, config);
  if (start) require_same_model(recipe.model, *start, resumes);
  const Device device = arguments.machine.start(/*verbose=*/true);
  const MaxBad max_bad{.share = arguments.max_bad};

  const SplitData train(arguments.data, Split::kTrain, max_bad);
  const SplitData validation(arguments.data, Split::kVal, max_bad);

  Progress progress(std::cerr, ProgressStyle::detect(STDERR_FILENO));
  BadPictures bad(max_bad.of(train.dataset->size() + train.dataset->skipped().count()));
  say_notes(train, validation, progress);
  for (const SplitData* split : {&train, &validation}) bad.record_all(split->dataset->skipped());
  Captioner captioner(recipe.model,
                      start ? Captioner::vocabulary_of(*start)
                            : build_vocabulary(*train.captions, recipe.train.min_count),
                      device, recipe.train.seed, /*with_gradients=*/true, recipe.train.precision,
                      recipe.train.encoder);
  if (start) {
    if (!resumes && !arguments.encoder_weights.empty()) {
      report_warning("--encoder-weights is not read: --init brings an encoder of its own",
                     std::cerr);
    }
    captioner.take_values(*start);
  } else if (is_pretrained(recipe.model.encoder)) {
    const WeightsFile weights = WeightsFile::open(
        encoder_file(recipe.model.encoder, arguments.encoder_weights, arguments.data));
    for (const std::string& note : weights.notes()) progress.line(note);
    for (const std::string& note : captioner.encoder().load_pretrained(weights)) {
      progress.line(note);
    }
  }
  progress.line(std::to_string(train.dataset->size()) + " pictures, " +
                std::to_string(train.captions->size()) + " captions, " +
                std::to_string(captioner.vocabulary().size()) + " words, " +
                std::to_string(captioner.parameters().trainable_elements()) + " parameters");
  warn_of_words_and_pictures(recipe, train, validation, captioner.vocabulary(), !start);

  TrainingCaches caches;
  RunRecord record;
  ResumeNotes notes;
  try {
    if (!resumes) {  // from here on a signal leaves a run that can go on
      folder.make();
      write_file_atomically(folder.config(), config.to_json());
    }
    for (const SplitData* split : {&train, &validation}) split->read_content(progress);
    record = record_of(arguments, train, validation, config, device);
    if (resumes) {
      notes = compare_with_run(record, *start, folder, arguments.allow_other_data);
      for (const std::string& line : notes.lines) progress.line("resume: " + line);
      for (const std::string& line : notes.warnings) {
        report_warning("--resume: " + line, std::cerr);
      }
    }
    caches = TrainingCaches::prepare(train, validation, captioner, recipe.train,
                                     resumes ? Trainer::validated_epochs(*start) : 0,
                                     arguments.cache, progress, bad);
  } catch (const Stopped&) {
    return stop_exit_code();
  }

  Trainer trainer(recipe.train, captioner, caches.data(train, validation), folder.path(), bad,
                  observe(progress, recipe.train, static_cast<int64_t>(train.captions->size())));
  trainer.describe(to_json(record));
  if (resumes && trainer.resume()) {
    if (notes.other_validation) trainer.select_anew();
    write_file_atomically(folder.config(), config.to_json());
    progress.line("resumed at step " + std::to_string(trainer.state().step) + " of " +
                  std::to_string(trainer.steps_per_epoch() * recipe.train.epochs));
    if (notes.other_schedule) progress.line(learning_rate_line(trainer));
  } else if (arguments.resume) {
    progress.line(folder.path().string() + ": the run had not begun to learn; it begins now");
  }
  const Trainer::Outcome outcome = trainer.run();
  progress.finish();
  write_bad_pictures(folder.bad_pictures(), bad);
  if (!bad.empty()) report_warning(bad.summary(), std::cerr);
  if (outcome == Trainer::Outcome::kStopped) {
    progress.line("stopped at step " + std::to_string(trainer.state().step) +
                  "; go on with --resume");
    return stop_exit_code();
  }
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
  command.number("--max-bad", arguments->max_bad,
                 "share of pictures that may be unusable (ten always may)", {0, 1});
  arguments->machine.add_options(command);
  command.footer([] {
    Recipe recipe;
    Config config;
    declare(recipe.model, config);
    declare(recipe.train, config);
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
