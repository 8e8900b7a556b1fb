#include "tools/commands/unknown_variables.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "core/config.h"
#include "core/did_you_mean.h"
#include "tools/cli/exit_code.h"
#include "train/recipe.h"

namespace storyteller {
namespace {

constexpr std::string_view kPrefix = "STORYTELLER_";

/// What is read from the environment: places, and every setting of a training.
std::vector<std::string> known_variables() {
  std::vector<std::string> names;
  for (const char* name : {"MODEL", "DATA", "CACHE", "METEOR", "WORDNET", "CUDA_LIBRARIES"}) {
    names.push_back(std::string(kPrefix) + name);
  }
  Recipe recipe;
  Config config;
  declare(recipe.model, config);
  declare(recipe.train, config);
  for (const Config::Entry& entry : config.entries()) {
    std::string name(kPrefix);
    for (const unsigned char c : entry.key) name += static_cast<char>(std::toupper(c));
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

std::vector<std::string> unknown_variables(const char* const* environment) {
  std::vector<std::string> problems;
  std::vector<std::string> known;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view variable = *environment;
    const std::string name(variable.substr(0, variable.find('=')));
    if (!name.starts_with(kPrefix)) continue;
    if (known.empty()) known = known_variables();
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    // The prefix, alike in all, must not make names seem near.
    std::vector<std::string> endings;
    for (const std::string& other : known) endings.push_back(other.substr(kPrefix.size()));
    const std::string near = closest_match(name.substr(kPrefix.size()), endings);
    if (near.empty()) continue;
    problems.push_back(name + " is not known; did you mean '" + std::string(kPrefix) + near + "'?");
  }
  return problems;
}

void warn_of_unknown_variables(std::ostream& err) {
  for (const std::string& problem : unknown_variables(environ)) report_warning(problem, err);
}

}  // namespace storyteller
