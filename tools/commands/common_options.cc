#include "tools/commands/common_options.h"

#include <map>

namespace storyteller {

void add_type_option(const Options& command, const std::string& name, StoredType& type,
                     const std::string& help) {
  static const std::map<std::string, StoredType> kTypes = {
      {"f32", StoredType::kF32}, {"f16", StoredType::kF16}, {"bf16", StoredType::kBF16}};
  std::string at_first;
  for (const auto& [text, value] : kTypes) {
    if (value == type) at_first = text;
  }
  command.choice(
      name, {"f32", "f16", "bf16"}, at_first,
      [&type](const std::string& text) { type = kTypes.at(text); }, help);
}

void add_max_bad_option(const Options& command, double& share) {
  command.number("--max-bad", share, "fraction of unreadable images tolerated (at least ten)",
                 {0, 1});
}

}  // namespace storyteller
