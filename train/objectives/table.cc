#include "train/objectives/table.h"

#include <string>

#include "core/error.h"
#include "train/objectives/answering.h"
#include "train/objectives/concept_detection.h"
#include "train/objectives/cross_entropy.h"
#include "train/objectives/distillation.h"
#include "train/objectives/self_critical.h"
#include "train/objectives/word_detection.h"

namespace storyteller {
namespace {

template <class T>
std::unique_ptr<Objective> make(const ObjectiveContext& context) {
  return std::make_unique<T>(context);
}

constexpr ObjectiveKind kObjectives[] = {
    {.name = CrossEntropy::kName, .make = make<CrossEntropy>},
    {.name = WordDetection::kName, .make = make<WordDetection>, .setting = "presence_weight"},
    {.name = SelfCritical::kName, .make = make<SelfCritical>, .setting = "self_critical_epochs"},
    {.name = Distillation::kName, .make = make<Distillation>, .needs_teachers = true},
    {.name = Answering::kName, .make = make<Answering>, .setting = "task"},
    {.name = ConceptDetection::kName, .make = make<ConceptDetection>, .setting = "concept_weight"},
};

}  // namespace

std::span<const ObjectiveKind> objective_kinds() { return kObjectives; }

std::unique_ptr<Objective> make_objective(std::string_view name, const ObjectiveContext& context) {
  for (const ObjectiveKind& kind : kObjectives) {
    if (kind.name == name) return kind.make(context);
  }
  throw InternalError("no objective is named '" + std::string(name) + "'");
}

}  // namespace storyteller
