#include "train/session/unread_settings.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/text/phrase.h"
#include "model/decoder/kinds/settings_of_kinds.h"
#include "train/session/recipe.h"

namespace storyteller {
namespace {

using Entry = Config::Entry;

void add_uses_of_scheduled_sampling(std::vector<SettingUse>* uses) {
  const std::string group = "scheduled_sampling", rate = group + "_rate", most = group + "_max";
  for (const char* setting : {"_start", "_every", "_max"}) {
    uses->push_back({group + setting, group, {"off"}, true});
  }
  uses->push_back({rate, group, {"linear"}});
  uses->push_back({group + "_decay", group, {"exponential", "inverse_sigmoid"}});
  for (const char* setting : {"_start", "_every", "_rate", "_decay"}) {
    uses->push_back({group + setting, most, {"0"}, true});
  }
  for (const char* setting : {"_start", "_every", "_max"}) {
    uses->push_back({group + setting, rate, {"0"}, true});
  }
}

void add_uses_of_self_critical(std::vector<SettingUse>* uses) {
  for (const char* setting : {"samples", "reward", "baseline", "loss", "mean", "clip", "divergence",
                              "dropout", "anchor"}) {
    uses->push_back({std::string("self_critical_") + setting, "self_critical_epochs", {"0"}, true});
  }
  uses->push_back({"self_critical_mean", "self_critical_loss", {"policy_gradient", "ppo"}});
  for (const char* setting : {"self_critical_clip", "self_critical_divergence"}) {
    uses->push_back({setting, "self_critical_loss", {"ppo"}});
  }
}

std::vector<SettingUse> all_uses() {
  std::vector<SettingUse> uses = settings_of_kinds();
  uses.insert(uses.end(), {{"momentum", "optimizer", {"sgd", "nesterov"}},
                           {"beta1", "optimizer", {"adam", "adamw"}},
                           {"beta2", "optimizer", {"adam", "adamw"}},
                           {"epsilon", "optimizer", {"adam", "adamw"}},
                           {"schedule_floor", "schedule", {"cosine"}},
                           {"schedule_decay", "schedule", {"step"}},
                           {"schedule_decay_epochs", "schedule", {"step"}},
                           {"presence_weight", "word_detector", {"true"}},
                           {"concept_inputs", "concepts", {"0"}, true},
                           {"concept_threshold", "concepts", {"0"}, true},
                           {"concept_weight", "concepts", {"0"}, true},
                           {"concept_drop", "concepts", {"0"}, true},
                           {"concept_false", "concepts", {"0"}, true},
                           {"concept_bonus", "concepts", {"0"}, true},
                           {"concept_doubt", "concepts", {"0"}, true},
                           {"encoder_rate", "encoder_training", {"none"}, true},
                           {"encoder_frozen_epochs", "encoder_training", {"none"}, true}});
  for (const char* setting : {"embedding", "hidden", "attention", "hops", "fusion", "dropout",
                              "blind", "answers", "loss"}) {
    uses.push_back({std::string("vqa.") + setting, "task", {"vqa"}});
  }
  add_uses_of_scheduled_sampling(&uses);
  add_uses_of_self_critical(&uses);
  return uses;
}

/// What train writes of settings that nobody gave.
bool is_some_default(const Entry& entry) {
  static const auto defaults = [] {
    std::set<std::pair<std::string, std::string>> found;
    for (const char* data : {"scenes", "photographs"}) {
      for (const auto& [kind, value] : decoder_choices()) {
        Recipe recipe = recipe_for(data);
        Config config;
        declare(recipe, config);
        recipe.model.decoder.kind = value;
        take_defaults_of_kind(recipe.model.decoder, config);
        take_training_defaults_of_kind(recipe.model.decoder, config);
        for (const Entry& each : config.entries()) found.emplace(each.key, each.value);
      }
    }
    return found;
  }();
  return defaults.contains({entry.key, entry.value});
}

bool is_given(const Entry& entry) {
  return entry.source == Config::Source::kFlag || entry.source == Config::Source::kEnvironment ||
         (entry.source == Config::Source::kFile && !is_some_default(entry));
}

/// As its giver knows it.
std::string name_of(const Entry& entry) {
  if (entry.source == Config::Source::kEnvironment) return environment_name(entry.key);
  if (entry.source == Config::Source::kFile) return entry.key + " of `config`";
  return "`" + entry.key + "`";
}

}  // namespace

void require_read_settings(const Config& config) {
  const std::vector<Entry> entries = config.entries();
  const auto entry_of = [&](const std::string& key) -> const Entry& {
    return *std::find_if(entries.begin(), entries.end(),
                         [&](const Entry& entry) { return entry.key == key; });
  };
  const std::vector<SettingUse> uses = all_uses();
  const auto unread = [&](const SettingUse& use) {
    const std::string& value = entry_of(use.choice).value;
    const bool named = std::find(use.values.begin(), use.values.end(), value) != use.values.end();
    return named == use.unless;
  };
  const auto is_read = [&](const std::string& setting) {
    return std::none_of(uses.begin(), uses.end(), [&](const SettingUse& use) {
      return use.setting == setting && unread(use);
    });
  };
  // Those that the same choice leaves unread are named together.
  std::map<std::tuple<std::string, bool, std::vector<std::string>>, std::vector<std::string>> names;
  for (const SettingUse& use : uses) {
    const Entry& entry = entry_of(use.setting);
    if (!is_given(entry) || !unread(use) || !is_read(use.choice)) continue;
    names[{use.choice, use.unless, use.values}].push_back(name_of(entry));
  }
  std::vector<std::string> problems;
  for (const auto& [choice, settings] : names) {
    const auto& [key, unless, values] = choice;
    const std::string it = settings.size() == 1 ? "it" : "them";
    const std::string& value = entry_of(key).value;
    std::ostringstream problem;
    problem << joined(settings) << ": ";
    if (unless) {
      problem << "nothing reads " << it << " while " << key << " is " << value << "; leave " << it
              << " out or set another " << key;
    } else {
      problem << "only " << key << '=' << joined(values)
              << (values.size() == 1 ? " reads " : " read ") << it << ", and " << key << " is "
              << value << "; leave " << it << " out or set " << key << '=' << values.front();
    }
    problems.push_back(problem.str());
  }
  if (!problems.empty()) throw UsageError(joined(problems, "; "));
}

}  // namespace storyteller
