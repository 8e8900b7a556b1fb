#include <filesystem>
#include <iostream>

#include "core/config.h"
#include "core/serialization/safetensors.h"
#include "core/system/printable.h"
#include "model/confidence/confidence_file.h"
#include "model/model_average.h"
#include "model/model_options.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/output_file.h"
#include "tools/commands/search_arguments.h"

namespace storyteller {

namespace {

struct AverageArguments {
  std::vector<std::filesystem::path> models;
  std::string out;
  StoredType type = StoredType::kF32;
  int words = 0;
  std::vector<std::string> settings;
};

int average(const AverageArguments& arguments) {
  InputFiles inputs;
  for (const auto& model : arguments.models) inputs.add(model, "one of the models");
  inputs.require_other("--out", arguments.out);
  require_output_file("--out", arguments.out, OutputKind::kWeights);
  SearchOptions search = search_options_of(arguments.models.front());
  Config config;
  declare(search, config);
  for (const std::string& setting : arguments.settings) config.assign(setting, "--set ");
  check(search);
  write_average(arguments.models, arguments.type, arguments.out, search, arguments.words);
  for (const auto& model : arguments.models) {
    if (!SafetensorsFile::open(model).metadata().contains(kConfidenceKey)) continue;
    report_warning(printable_path(model.string()) +
                       ": its calibration holds for its own weights and is not in the new model; "
                       "run storyteller calibrate on that",
                   std::cerr);
    break;
  }
  std::cout << arguments.out << '\n';
  return 0;
}

}  // namespace

void add_average_command(const Options& program) {
  auto arguments = std::make_shared<AverageArguments>();
  const Options command = program.command(
      "average", "a model whose weights are the mean of several models' of one training");
  command.several("MODEL", arguments->models, "model files; one is stored in another type")
      .required();
  command.text("--out", arguments->out, "model file to write").required();
  command.repeated("--set", arguments->settings,
                   "how the model captions unless told otherwise: " + search_option_names());
  add_type_option(command, "--type", arguments->type, "of the stored numbers: f32, f16 or bf16");
  command.number("--words", arguments->words,
                 "most words that the new model knows, the most frequent ones; 0: all",
                 {.least = 0});
  command.runs([arguments] { return average(*arguments); });
}

}  // namespace storyteller
