#include "tools/commands/score_rows.h"

#include <algorithm>
#include <iomanip>
#include <ostream>

#include "core/text/number_format.h"
#include "train/metrics/files/score_json.h"
#include "train/metrics/meteor/meteor_resources.h"

namespace storyteller {
namespace {

/// METEOR's says what it was computed with.
std::string note(const ScoreColumn& column, const ScorerOptions& options) {
  return column.metric == Metric::kMeteor && options.meteor ? options.meteor->description()
                                                            : std::string(column.note);
}

}  // namespace

std::vector<HtmlReport::Score> metric_rows(const CaptionScores& scores,
                                           const ScorerOptions& options) {
  std::vector<HtmlReport::Score> rows;
  for (const ScoreColumn& column : score_columns(options.metrics)) {
    const bool imported = column.metric == Metric::kSpice && scores.spice_imported;
    rows.push_back({imported ? "SPICE" : std::string(column.title), decimal(column.of(scores), 3),
                    note(column, options)});
  }
  if (!scores.spice_categories) return rows;
  for (size_t k = 1; k < kSpiceCategories; ++k) {
    const std::optional<double> f1 = scores.spice_categories->categories[k];
    rows.push_back({spice_key(static_cast<SpiceCategory>(k)), f1 ? decimal(*f1, 3) : "-",
                    f1 ? "" : "the references name none", /*part=*/true});
  }
  return rows;
}

void print_rows(std::ostream& out, const std::vector<HtmlReport::Score>& rows) {
  const auto label = [](const HtmlReport::Score& row) { return (row.part ? "  " : "") + row.name; };
  int width = 10;
  for (const HtmlReport::Score& row : rows) {
    width = std::max(width, static_cast<int>(label(row).size()) + 1);
  }
  for (const HtmlReport::Score& row : rows) {
    out << std::left << std::setw(width) << label(row) << std::right << std::setw(8) << row.value
        << (row.note.empty() ? "" : "  " + row.note) << '\n';
  }
}

}  // namespace storyteller
