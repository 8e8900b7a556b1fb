#include <filesystem>
#include <iostream>

#include <CLI/CLI.hpp>

#include "core/config.h"
#include "model/model_options.h"
#include "tools/commands/command.h"
#include "tools/commands/output_file.h"
#include "train/model_average.h"

namespace storyteller {

namespace {

struct AverageArguments {
  std::vector<std::filesystem::path> models;
  std::string out, type = "f32";
  std::vector<std::string> settings;
};

int average(const AverageArguments& arguments) {
  require_folder_of("--out", arguments.out);
  SearchOptions search = search_options_of(arguments.models.front());
  Config config;
  declare(search, config);
  for (const std::string& setting : arguments.settings) config.assign(setting);
  write_average(arguments.models,
                arguments.type == "bf16"  ? StoredType::kBF16
                : arguments.type == "f16" ? StoredType::kF16
                                          : StoredType::kF32,
                arguments.out, search);
  std::cout << arguments.out << '\n';
  return 0;
}

}  // namespace

void add_average_command(CLI::App& app, Command* chosen) {
  auto arguments = std::make_shared<AverageArguments>();
  CLI::App* command = app.add_subcommand(
      "average", "a model whose weights are the mean of several models' of one training");
  command->add_option("MODEL", arguments->models, "model files; one is stored in another type")
      ->required();
  command->add_option("--out", arguments->out, "model file to write")->required();
  command
      ->add_option("--set", arguments->settings,
                   "how the model captions unless told otherwise: beam, max_words, length_penalty, "
                   "no_repeat_ngram")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--type", arguments->type, "of the stored numbers: f32, bf16 or f16")
      ->check(CLI::IsMember({"f32", "bf16", "f16"}))
      ->capture_default_str();
  command->callback([arguments, chosen] { *chosen = [arguments] { return average(*arguments); }; });
}

}  // namespace storyteller
