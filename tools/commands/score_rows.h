#pragma once

#include <iosfwd>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/render/html_report.h"
#include "train/metrics/caption_scorer.h"

namespace storyteller {

/// The metrics of a set with a word on what each means, for the page and for the terminal; of
/// METEOR, what it was computed with.
std::vector<HtmlReport::Score> metric_rows(const CaptionScores& scores,
                                           const ScorerOptions& options);

/// The scores under their keys, and "meteor_resources".
void add_scores(const CaptionScores& scores, const ScorerOptions& options,
                nlohmann::ordered_json& json);

/// Names, values and notes in three columns.
void print_rows(std::ostream& out, const std::vector<HtmlReport::Score>& rows);

}  // namespace storyteller
