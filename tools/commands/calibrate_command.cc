#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/serialization/safetensors.h"
#include "core/system/printable.h"
#include "core/system/program_file.h"
#include "core/text/json_line.h"
#include "core/text/phrase.h"
#include "core/text/utf8.h"
#include "model/captioner.h"
#include "model/confidence/confidence_file.h"
#include "model/model_file.h"
#include "model/shipped_model.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/commands/calibrate_answers.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/confidence_report.h"
#include "tools/commands/output_file.h"
#include "tools/commands/preparation_progress.h"
#include "tools/commands/score_rows.h"
#include "tools/commands/stopped.h"
#include "train/confidence/made_pictures.h"
#include "train/confidence/observation.h"
#include "train/data/data_sets.h"

namespace storyteller {
namespace {

struct CalibrateArguments {
  std::string model, out, split = "val", memory_split = "train", cache;
  std::filesystem::path not_photos;
  std::vector<std::string> data, elsewhere;
  double max_bad = MaxBad{}.share;
  CalibrationOptions options;
  bool json = false;
  Machine machine;
};

/// 30 of each kind.
constexpr size_t kMadePictures = 30 * kMadeKinds;

/// What follows the names, where they are given, of data sets as train takes them.
std::vector<std::string> specifications(const std::vector<std::string>& texts) {
  std::vector<std::string> all;
  for (const DataSet& set : parse_data_sets(texts)) all.push_back(set.specification);
  return all;
}

/// By which they are told apart; a model file that goes elsewhere need not say where they lay.
std::string names_of(const std::vector<std::string>& texts) {
  std::vector<std::string> names;
  for (const DataSet& set : parse_data_sets(texts)) names.push_back(set.name);
  return joined(names);
}

void require_outputs_apart(const CalibrateArguments& arguments, const std::string& model) {
  InputFiles inputs;
  inputs.add(model, "the model");
  for (const auto* sets : {&arguments.data, &arguments.elsewhere}) {
    for (const std::string& set : specifications(*sets)) inputs.add_data(set);
  }
  inputs.require_other("--out", arguments.out);
  require_output_file("--out", arguments.out, OutputKind::kWeights);
}

int calibrate_model(const CalibrateArguments& arguments) {
  catch_stop_signals();
  if (arguments.data.empty()) {
    throw UsageError("--data is needed: pictures with captions, FORMAT:PATH as for train");
  }
  const std::string model = model_to_use(arguments.model, program_file());
  require_outputs_apart(arguments, model);
  const Split split = parse_split(arguments.split);
  const Split memory_split = parse_split(arguments.memory_split);
  const Device device = arguments.machine.start(/*verbose=*/true);
  const SafetensorsFile file = SafetensorsFile::open(model);
  if (model_options_of(file).task == Task::kVqa) {
    return calibrate_answers_command(file,
                                     {.data = specifications(arguments.data),
                                      .name = names_of(arguments.data),
                                      .split = arguments.split,
                                      .cache = arguments.cache,
                                      .out = arguments.out,
                                      .grades = {.sure = arguments.options.sure_precision,
                                                 .unsure = arguments.options.unsure_share},
                                      .json = arguments.json,
                                      .max_bad = arguments.max_bad},
                                     device);
  }
  const auto captioner = Captioner::load(model, device);
  Progress progress(std::cerr, ProgressStyle::detect(STDERR_FILENO));
  CalibrationObserver observer(*captioner, arguments.cache, {.share = arguments.max_bad},
                               observe_preparation(progress));
  const std::vector<std::string> own = specifications(arguments.data);
  const PictureMemory memory = make_memory(observer.known_pictures(own, memory_split));
  CalibrationData data;
  data.own = observer.judged_captions(memory, own, split);
  data.elsewhere = observer.judged_captions(memory, specifications(arguments.elsewhere), split);
  data.none =
      observer.no_photographs(memory, kMadePictures, arguments.options.seed, arguments.not_photos);
  progress.finish();
  Calibration calibration = calibrate(data, arguments.options);
  calibration.values.fitted.data = names_of(arguments.data);
  calibration.values.fitted.split = arguments.split;
  calibration.values.fitted.elsewhere = names_of(arguments.elsewhere);
  if (!observer.bad().empty()) report_warning(observer.bad().summary(), std::cerr);
  if (observer.known() > memory.size() + observer.bad().count()) {
    report_warning("the memory keeps " + std::to_string(memory.size()) + " of " +
                       std::to_string(observer.known()) + " pictures, evenly chosen",
                   std::cerr);
  }
  write_calibrated(file, Confidence(as_stored(calibration.values), memory), arguments.out);
  if (arguments.json) {
    nlohmann::ordered_json json = calibration_json(calibration);
    json["memory"] = memory.size();
    json["out"] = replace_invalid_utf8(arguments.out);
    std::cout << json_line(json);
  } else {
    print_rows(std::cout, calibration_rows(calibration, memory.size()));
    std::cout << arguments.out << '\n';
  }
  return 0;
}

}  // namespace

void add_calibrate_command(const Options& program) {
  auto arguments = std::make_shared<CalibrateArguments>();
  const Options command = program.command(
      "calibrate", "teach a model how sure it may be of its captions, on images with captions");
  const Options input = command.group("Input");
  input.text("--model", arguments->model, kModelHelp);
  input.repeated("--data", arguments->data,
                 "FORMAT:PATH, as for train: images like those the model is for; may be repeated");
  input.text("--split", arguments->split, "split to fit on: images the model did not learn from");
  input.text("--memory-split", arguments->memory_split,
             "split of --data whose images the model keeps in mind, to compare new ones with");
  input.repeated("--elsewhere", arguments->elsewhere,
                 "FORMAT:PATH, images of another kind, of the same split; may be repeated");
  input.text("--not-photos", arguments->not_photos,
             "folder of images that are no photographs, beside those that the program draws");
  input.text("--cache", arguments->cache,
             "folder of cached features, as for evaluate; without it none are kept");
  add_max_bad_option(input, arguments->max_bad);
  const Options output = command.group("Output");
  output.text("--out", arguments->out, "model file to write: the same model, calibrated")
      .required();
  output.flag("--json", arguments->json, "the table as one JSON object");
  const Options fit = command.group("Fit");
  fit.number("--sure", arguments->options.sure_precision,
             "share of the captions called sure that must be right", {0.5, 1});
  fit.number("--unsure", arguments->options.unsure_share,
             "share of the captions called unsure that may be right", {0, 1});
  fit.number("--seed", arguments->options.seed, "of the parts that are left out in turn");
  arguments->machine.add_options(command.group(kMachine));
  command.runs([arguments] { return calibrate_model(*arguments); });
}

}  // namespace storyteller
