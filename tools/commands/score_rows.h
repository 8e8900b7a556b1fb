#pragma once

#include <iosfwd>
#include <vector>

#include "tools/render/html_report.h"
#include "train/metrics/caption_scorer.h"

namespace storyteller {

/// The metrics of a set with a word on what each means, for the page and for the terminal.
std::vector<HtmlReport::Score> metric_rows(const CaptionScores& scores, MetricSet metrics);

/// Names, values and notes in three columns.
void print_rows(std::ostream& out, const std::vector<HtmlReport::Score>& rows);

}  // namespace storyteller
