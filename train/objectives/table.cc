#include "train/objectives/table.h"

#include <string>

#include "core/error.h"
#include "train/objectives/cross_entropy.h"
#include "train/objectives/self_critical.h"
#include "train/objectives/word_detection.h"

namespace storyteller {
namespace {

template <class T>
std::unique_ptr<Objective> make(const ObjectiveContext& context) {
  return std::make_unique<T>(context);
}

struct Row {
  std::string_view name;
  std::unique_ptr<Objective> (*make)(const ObjectiveContext&);
};

constexpr Row kObjectives[] = {
    {CrossEntropy::kName, make<CrossEntropy>},
    {WordDetection::kName, make<WordDetection>},
    {SelfCritical::kName, make<SelfCritical>},
};

}  // namespace

std::unique_ptr<Objective> make_objective(std::string_view name, const ObjectiveContext& context) {
  for (const Row& row : kObjectives) {
    if (row.name == name) return row.make(context);
  }
  throw InternalError("no objective is named '" + std::string(name) + "'");
}

}  // namespace storyteller
