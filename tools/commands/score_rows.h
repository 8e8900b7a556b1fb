#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/render/html_report.h"
#include "train/metrics/caption_scorer.h"

namespace storyteller {

/// The metrics of a set with a word on what each means, for the page and for the terminal; of
/// METEOR, what it was computed with, and of SPICE the categories.
std::vector<HtmlReport::Score> metric_rows(const CaptionScores& scores,
                                           const ScorerOptions& options);

/// As files have a category: "object".
std::string spice_key(SpiceCategory category);
/// SPICE by category; null where the references have no tuple of it.
nlohmann::ordered_json spice_category_json(const SpiceCategoryScores& scores);

/// The scores under their keys, "meteor_resources", "spice_source" and "spice_categories".
void add_scores(const CaptionScores& scores, const ScorerOptions& options,
                nlohmann::ordered_json& json);

/// Names, values and notes in three columns.
void print_rows(std::ostream& out, const std::vector<HtmlReport::Score>& rows);

}  // namespace storyteller
