#include <algorithm>
#include <iostream>

#include <nlohmann/json.hpp>

#include "core/text/json_name.h"
#include "tools/commands/data.h"

namespace storyteller {

std::function<void(size_t, size_t)> observe_pictures(Progress& progress, Split split) {
  return [&progress, label = std::string(split_name(split))](size_t done, size_t total) {
    progress.update({.label = label,
                     .done = static_cast<int64_t>(done),
                     .total = static_cast<int64_t>(total),
                     .unit = "pictures"});
  };
}

nlohmann::ordered_json examples_of(const BadPictures& bad) {
  constexpr size_t kShown = 3;
  auto examples = nlohmann::ordered_json::array();
  for (size_t i = 0; i < std::min(kShown, bad.count()); ++i) {
    nlohmann::ordered_json example;
    set_name(example, "name", bad.all()[i].name);
    example["reason"] = bad.all()[i].reason;
    examples.push_back(std::move(example));
  }
  return examples;
}

void SaidNotes::say(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) {
    if (said_.insert(note).second) std::cerr << note << '\n';
  }
}

}  // namespace storyteller
