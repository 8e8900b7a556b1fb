#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/text/weighted_names.h"

namespace storyteller {

/// What is learned for, and how much it counts: all terms of the objective are multiplied by the
/// weight.
using WeightedObjective = WeightedName;

/// "cross_entropy:0.5,distillation:0.5": what captions are learned for. `where` names the option in
/// the UsageError for an objective that is not known, that is named twice or that a setting of its
/// own turns on, and for a list without any.
std::vector<WeightedObjective> parse_objectives(std::string_view list, std::string_view where);

/// Throws UsageError where some of the objectives need teachers and there are none, or there are
/// teachers and nobody asks them. `compares`: whether self-critical training compares the model
/// with a teacher, of which there must be one.
void check_teachers(const std::vector<WeightedObjective>& objectives, bool compares,
                    size_t teachers);

}  // namespace storyteller
