#include "tools/commands/unknown_variables.h"

#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "core/config.h"
#include "core/did_you_mean.h"
#include "tools/cli/exit_code.h"
#include "train/session/recipe.h"

namespace storyteller {
namespace {

constexpr std::string_view kPrefix = "STORYTELLER_";

/// What is read from the environment, without the prefix that is alike in all: places, and every
/// setting of a training.
std::vector<std::string> known_variables() {
  std::vector<std::string> names = {"MODEL",   "DATA",           "CACHE",     "METEOR",
                                    "WORDNET", "CUDA_LIBRARIES", "CUDA_SYNC", "POISON"};
  Recipe recipe;
  Config config;
  declare(recipe, config);
  for (const Config::Entry& entry : config.entries()) {
    names.push_back(environment_name(entry.key).substr(kPrefix.size()));
  }
  return names;
}

}  // namespace

std::vector<std::string> unknown_variables(const char* const* environment) {
  std::vector<std::string> problems;
  std::vector<std::string> known;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view variable = *environment;
    if (!variable.starts_with(kPrefix)) continue;
    if (known.empty()) known = known_variables();
    const std::string name(variable.substr(kPrefix.size(), variable.find('=') - kPrefix.size()));
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string near = closest_match(name, known);
    if (near.empty()) continue;
    problems.push_back(std::string(kPrefix)
                           .append(name)
                           .append(" is not known; did you mean '")
                           .append(kPrefix)
                           .append(near)
                           .append("'?"));
  }
  return problems;
}

void warn_of_unknown_variables(std::ostream& err) {
  for (const std::string& problem : unknown_variables(environ)) report_warning(problem, err);
}

}  // namespace storyteller
