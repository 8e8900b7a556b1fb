#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "train/metrics/caption_scorer.h"

namespace storyteller {

/// As files have a category: "object".
std::string spice_key(SpiceCategory category);
/// SPICE by category; null where the references have no tuple of it.
nlohmann::ordered_json spice_category_json(const SpiceCategoryScores& scores);

/// The scores of a set under their keys, "meteor_resources", "spice_source" and
/// "spice_categories".
void add_scores(const CaptionScores& scores, const ScorerOptions& options,
                nlohmann::ordered_json& json);

}  // namespace storyteller
