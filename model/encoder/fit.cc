#include "model/encoder/fit.h"

#include <algorithm>
#include <array>
#include <map>
#include <regex>
#include <sstream>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/text_file.h"
#include "model/encoder/pretrained.h"

namespace storyteller {
namespace {

constexpr std::array<std::string_view, 4> kPrefixes = {"module.", "model.", "encoder.",
                                                       "backbone."};
// The library's regular expressions recurse with the length of the text; names come from files.
constexpr std::size_t kLongestName = 512;

using Shapes = std::map<std::string, std::vector<std::int64_t>, std::less<>>;

Shapes shapes_of(const Parameters& parameters) {
  Shapes shapes;
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (!parameters.name(id).starts_with(kEncoderPrefix)) continue;
    auto& sizes = shapes[parameters.name(id).substr(kEncoderPrefix.size())];
    const Shape& shape = parameters.shape(id);
    for (int axis = 0; axis < shape.rank(); ++axis) sizes.push_back(shape[axis]);
  }
  return shapes;
}

/// `name` without as many known prefixes as it takes; itself where that does not help.
std::string without_prefixes(const std::string& name, const Shapes& shapes) {
  std::string_view rest = name;
  while (!shapes.contains(rest)) {
    const auto prefix = std::find_if(kPrefixes.begin(), kPrefixes.end(),
                                     [&](std::string_view one) { return rest.starts_with(one); });
    if (prefix == kPrefixes.end()) return name;
    rest.remove_prefix(prefix->size());
  }
  return std::string(rest);
}

}  // namespace

std::vector<NameRule> read_name_rules(const std::string& path) {
  std::vector<NameRule> rules;
  std::istringstream text(read_text_file(path));
  std::size_t number = 0;
  for (std::string line; std::getline(text, line);) {
    ++number;
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t arrow = line.find(" ->");
    if (arrow == std::string::npos || arrow == 0) {
      throw UsageError(printable(path) + ":" + std::to_string(number) +
                       ": not a rule; write: regex -> replacement");
    }
    std::size_t begin = arrow + 3;
    while (begin < line.size() && line[begin] == ' ') ++begin;
    rules.push_back({line.substr(0, arrow), line.substr(begin)});
  }
  return rules;
}

EncoderFit fit_encoder(const WeightsFile& file, const Parameters& parameters,
                       const std::vector<NameRule>& rules) {
  std::vector<std::regex> patterns;
  for (const NameRule& rule : rules) {
    try {
      patterns.emplace_back(rule.pattern);
    } catch (const std::regex_error& error) {
      throw UsageError("the rule '" + printable(rule.pattern) +
                       "' is no regular expression: " + printable(error.what()));
    }
  }
  const Shapes shapes = shapes_of(parameters);
  std::map<std::string, const WeightTensor*> found;
  EncoderFit fit;
  std::size_t ruled = 0, stripped = 0;
  for (const WeightTensor& tensor : file.tensors()) {
    std::string name = tensor.name;
    for (std::size_t i = 0; i < rules.size() && name.size() <= kLongestName; ++i) {
      name = std::regex_replace(name, patterns[i], rules[i].replacement);
    }
    const std::string bare = without_prefixes(name, shapes);
    if (!shapes.contains(bare)) {
      if (!tensor.name.ends_with("num_batches_tracked")) fit.unused.push_back(tensor.name);
      continue;
    }
    ruled += name != tensor.name ? 1 : 0;
    stripped += bare != name ? 1 : 0;
    const auto [at, fresh] = found.emplace(bare, &tensor);
    if (fresh) continue;
    throw ModelError(file.file() + ": tensors '" + printable(at->second->name) + "' and '" +
                     printable(tensor.name) + "' both come to the name '" + bare +
                     "'; tell them apart with --map");
  }
  for (const auto& [name, shape] : shapes) {
    const auto at = found.find(name);
    if (at == found.end()) {
      fit.missing.push_back(name);
      continue;
    }
    fit.matches.push_back({at->second->name, name, at->second->shape, shape});
    if (!fit.matches.back().fits()) fit.misshapen.push_back(fit.matches.back());
  }
  if (ruled > 0) fit.notes.push_back("rules changed " + std::to_string(ruled) + " names");
  if (stripped > 0) {
    fit.notes.push_back("prefixes were taken off " + std::to_string(stripped) + " names");
  }
  return fit;
}

}  // namespace storyteller
