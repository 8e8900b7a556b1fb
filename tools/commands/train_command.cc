#include <filesystem>
#include <iomanip>
#include <iostream>
#include <sstream>

#include "core/system/signals.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/output_file.h"
#include "tools/commands/stopped.h"
#include "tools/commands/training_messages.h"
#include "train/data/data_sets.h"
#include "train/session/training_session.h"

namespace storyteller {
namespace {

struct TrainArguments {
  std::string out, config, init, encoder_weights, cache = default_cache_folder();
  std::vector<std::string> data, settings, teachers;
  std::string seed, task;
  bool resume = false, allow_other_data = false;
  double max_bad = MaxBad{}.share;
  Machine machine;
};

/// The strongest wins, whatever the order.
void configure(const TrainArguments& arguments, Config& config) {
  config.load_environment();
  for (const std::string& setting : arguments.settings) config.assign(setting, "--set ");
  if (!arguments.task.empty()) config.assign("task=" + arguments.task, "--");
  if (!arguments.seed.empty()) config.assign("seed=" + arguments.seed, "--");
}

/// Throws where the run would be written over the data set, or over the model that it starts from.
void require_outputs_apart(const TrainArguments& arguments) {
  const std::filesystem::path out = arguments.out;
  InputFiles inputs;
  for (const DataSet& set : parse_data_sets(arguments.data)) inputs.add_data(set.specification);
  std::error_code failure;
  if (!std::filesystem::exists(out / "last.storyteller", failure)) {
    inputs.add(arguments.init, "the model to start from");
  }
  for (const std::string& teacher : arguments.teachers) inputs.add(teacher, "a teacher");
  inputs.require_other("--out", out);
  inputs.require_other("--out", out / "best.storyteller");
}

int train(const TrainArguments& arguments) {
  catch_stop_signals();
  require_outputs_apart(arguments);
  TrainingSession session({.data = arguments.data.front(),
                           .run_folder = arguments.out,
                           .cache = arguments.cache,
                           .config = arguments.config,
                           .initial_model = arguments.init,
                           .teachers = {arguments.teachers.begin(), arguments.teachers.end()},
                           .encoder_weights = arguments.encoder_weights,
                           .resume = arguments.resume,
                           .allow_other_data = arguments.allow_other_data,
                           .max_bad = arguments.max_bad,
                           .more_data = {arguments.data.begin() + 1, arguments.data.end()}});
  configure(arguments, session.config());
  session.check_settings();
  const Device device = arguments.machine.start(/*verbose=*/true);
  Progress progress(std::cerr, ProgressStyle::detect(STDERR_FILENO));
  session.open(device, observe(progress, session));
  const TrainingOutcome outcome = session.run();
  progress.finish();
  if (outcome == TrainingOutcome::kStopped) {
    progress.line("stopped at step " + std::to_string(session.state().step) +
                  "; go on with --resume");
  }
  if (!session.bad().empty()) report_warning(session.bad().summary(), std::cerr);
  if (outcome == TrainingOutcome::kStopped) return stop_exit_code();
  std::cout << session.folder().best().string() << '\n';
  return 0;
}

}  // namespace

void add_train_command(const Options& program) {
  auto arguments = std::make_shared<TrainArguments>();
  const Options command = program.command("train", "train a captioner");
  command
      .repeated("--data", arguments->data,
                "FORMAT:PATH, e.g. flickr8k:DIR or shards:DIR (`storyteller data --help` lists "
                "the formats); or scenes, which needs no files; NAME=FORMAT:PATH gives it a name; "
                "several sets are trained on together")
      .required();
  command.text("--task", arguments->task,
               "caption, or vqa: learns to answer questions; by default what --data has");
  command.text("--out", arguments->out, "run folder").required();
  command.text("--config", arguments->config, "settings as a JSON file");
  command.repeated("--set", arguments->settings, "a setting, key=value; may be repeated");
  command.text("--init", arguments->init,
               "model file to start from: options, vocabulary and weights");
  command.repeated("--teacher", arguments->teachers,
                   "model file that the objective distillation learns from; may be repeated");
  command.flag("--resume", arguments->resume, "resume the run in --out");
  command.flag("--allow-other-data", arguments->allow_other_data,
               "with --resume: although the data differ from the run's");
  command.text("--seed", arguments->seed, "the same as --set seed=N");
  command.text("--encoder-weights", arguments->encoder_weights,
               "pretrained encoder: safetensors, PyTorch .pth, NumPy .npz");
  command.text("--cache", arguments->cache, "folder of cached features of frozen encoders");
  add_max_bad_option(command, arguments->max_bad);
  arguments->machine.add_options(command.group(kMachine));
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
  command.runs([arguments] { return train(*arguments); });
}

}  // namespace storyteller
