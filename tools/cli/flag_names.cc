#include "tools/cli/flag_names.h"

#include <map>

#include "core/config.h"
#include "train/session/recipe.h"

namespace storyteller {
namespace {

using Flags = std::map<std::string, std::string, std::less<>>;

/// The options of commands, then what a model and its training can be set to.
Flags all_flags() {
  Flags flags = {{"initial_model", "--init"}, {"run_folder", "--out"}};
  for (const char* option : {"allow-other-data",
                             "cache",
                             "config",
                             "data",
                             "device",
                             "elsewhere",
                             "encoder-weights",
                             "images",
                             "key",
                             "map",
                             "max-bad",
                             "memory-split",
                             "model",
                             "not-photos",
                             "out",
                             "partial",
                             "per-image",
                             "resume",
                             "samples",
                             "spice-tuples",
                             "split",
                             "style",
                             "teacher",
                             "threads"}) {
    std::string name = option;
    for (char& c : name) c = c == '-' ? '_' : c;
    flags.emplace(std::move(name), std::string("--") + option);
  }
  Recipe recipe;
  Config settings;
  declare(recipe, settings);
  for (const Config::Entry& setting : settings.entries()) {
    flags.emplace(setting.key, "--set " + setting.key);
  }
  return flags;
}

std::string translated(std::string_view message) {
  static const Flags flags = all_flags();
  std::string out;
  while (true) {
    const size_t begin = message.find('`');
    const size_t end = begin == std::string_view::npos ? begin : message.find('`', begin + 1);
    if (end == std::string_view::npos) return out.append(message);
    const auto flag = flags.find(message.substr(begin + 1, end - begin - 1));
    const size_t taken = flag == flags.end() ? end : end + 1;  // the second may be another's first
    out.append(flag == flags.end() ? message.substr(0, taken) : message.substr(0, begin));
    if (flag != flags.end()) out.append(flag->second);
    message.remove_prefix(taken);
  }
}

}  // namespace

std::string with_flags(std::string_view message) {
  constexpr std::string_view kEscaped = "\\x60";
  std::string text = translated(message);
  for (size_t at = 0; (at = text.find(kEscaped, at)) != std::string::npos; ++at) {
    text.replace(at, kEscaped.size(), "`");
  }
  return text;
}

std::vector<std::string> with_flags(const std::vector<std::string>& messages) {
  std::vector<std::string> translated;
  translated.reserve(messages.size());
  for (const std::string& message : messages) translated.push_back(with_flags(message));
  return translated;
}

}  // namespace storyteller
