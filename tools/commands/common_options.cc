#include "tools/commands/common_options.h"

#include <CLI/CLI.hpp>

namespace storyteller {

CLI::Option* add_repeated_option(CLI::App& command, const std::string& name,
                                 std::vector<std::string>& values, const std::string& help) {
  return command.add_option(name, values, help)
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

CLI::Option* add_type_option(CLI::App& command, const std::string& name, StoredType& type,
                             const std::string& help) {
  static const std::map<std::string, StoredType> kTypes = {
      {"f32", StoredType::kF32}, {"f16", StoredType::kF16}, {"bf16", StoredType::kBF16}};
  std::string default_name;
  for (const auto& [text, value] : kTypes) {
    if (value == type) default_name = text;
  }
  return command
      .add_option_function<std::string>(
          name, [&type](const std::string& text) { type = kTypes.at(text); }, help)
      ->check(CLI::IsMember({"f32", "f16", "bf16"}))
      ->default_str(default_name);
}

}  // namespace storyteller
