#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "tools/render/html_report.h"
#include "train/metrics/caption_scorer.h"

namespace storyteller {

/// The metrics of a set with a word on what each means, for the page and for the terminal; of
/// METEOR, what it was computed with, and of SPICE the categories.
std::vector<HtmlReport::Score> metric_rows(const CaptionScores& scores,
                                           const ScorerOptions& options);

/// Names, values and notes in three columns.
void print_rows(std::ostream& out, const std::vector<HtmlReport::Score>& rows);

}  // namespace storyteller
