#include "tools/commands/training_history.h"

#include "core/serialization/safetensors.h"
#include "model/model_file.h"

namespace storyteller {

std::vector<EpochRecord> history_of(const std::string& model) {
  const SafetensorsFile file = SafetensorsFile::open(model);
  if (!file.metadata().contains(kHistoryKey)) return {};
  return history_from_json(file.metadata(kHistoryKey), model);
}

std::vector<std::string> rewards_of(const std::vector<std::string>& models) {
  std::vector<std::string> rewards;
  for (const std::string& model : models) {
    const std::vector<EpochRecord> history = history_of(model);
    if (history.empty() || history.back().signature.empty()) continue;
    rewards.push_back(history.back().signature);
  }
  return rewards;
}

}  // namespace storyteller
