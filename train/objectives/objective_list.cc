#include "train/objectives/objective_list.h"

#include <algorithm>
#include <string>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"
#include "train/objectives/table.h"

namespace storyteller {
namespace {

constexpr std::string_view kSetting = ObjectiveKind{}.setting;

const ObjectiveKind& kind_of(const std::string& name, const std::string& where) {
  std::vector<std::string> known;
  for (const ObjectiveKind& kind : objective_kinds()) {
    if (kind.name == name) return kind;
    if (kind.setting == kSetting) known.emplace_back(kind.name);
  }
  throw UsageError(where + ": unknown objective '" + printable(name) + "'" +
                   did_you_mean(name, known) + " (there are " + joined(known) + ")");
}

bool needs_teachers(const WeightedObjective& objective) {
  return kind_of(objective.name, "").needs_teachers;
}

}  // namespace

std::vector<WeightedObjective> parse_objectives(std::string_view list, std::string_view where) {
  const std::string place(where);
  std::vector<WeightedObjective> objectives = parse_weighted_names(list, where);
  if (objectives.empty()) {
    throw UsageError(place + ": name at least one objective, such as cross_entropy");
  }
  for (auto named = objectives.begin(); named != objectives.end(); ++named) {
    const ObjectiveKind& kind = kind_of(named->name, place);
    if (kind.setting != kSetting) {
      throw UsageError(place + ": " + named->name + " is turned on by `" +
                       std::string(kind.setting) + "`, not in this list");
    }
    const auto same = [&](const WeightedObjective& other) { return other.name == named->name; };
    if (std::any_of(objectives.begin(), named, same)) {
      throw UsageError(place + ": " + named->name + " is named twice");
    }
  }
  return objectives;
}

void check_teachers(const std::vector<WeightedObjective>& objectives, bool compares,
                    size_t teachers) {
  if (compares && teachers != 1) {
    throw UsageError("`self_critical_loss`=ppo compares the model with one other: name " +
                     std::string(teachers == 0 ? "it" : "one alone") +
                     " with `teacher`, such as that of `initial_model`");
  }
  const auto taught = std::ranges::find_if(objectives, needs_teachers);
  if (taught != objectives.end() && teachers == 0) {
    throw UsageError("`objectives`: " + taught->name +
                     " learns from models: name at least one with `teacher`");
  }
  if (taught == objectives.end() && !compares && teachers > 0) {
    throw UsageError(
        "`teacher`: no objective learns from it; add one that does, as in "
        "`objectives`=cross_entropy:0.5,distillation:0.5");
  }
}

}  // namespace storyteller
