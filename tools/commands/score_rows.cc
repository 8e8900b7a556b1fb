#include "tools/commands/score_rows.h"

#include <algorithm>
#include <array>
#include <iomanip>
#include <ostream>

#include "core/error.h"
#include "core/text/ascii.h"
#include "tools/render/html.h"

namespace storyteller {
namespace {

std::string note(const ScoreColumn& column, const ScorerOptions& options) {
  constexpr std::array<const char*, kMaxOrder> kOrders = {
      "words shared with a reference", "and pairs of words", "and runs of three words",
      "and runs of four words"};
  switch (column.metric) {
    case Metric::kBleu:
      return kOrders[column.index];
    case Metric::kRougeL:
      return "longest common subsequence of words";
    case Metric::kMeteor:
      return options.meteor ? options.meteor->description() : "";
    case Metric::kCider:
      return "shared runs, rare ones count more; 0 to 10";
    case Metric::kPlainCider:
      return "without clipping and length penalty; 0 to 10";
    case Metric::kSpice:
      return "objects, attributes and relations shared";
  }
  throw InternalError("note: no such metric");
}

}  // namespace

std::string spice_key(SpiceCategory category) { return lower_case(name_of(category)); }

nlohmann::ordered_json spice_category_json(const SpiceCategoryScores& scores) {
  nlohmann::ordered_json json;
  for (size_t k = 1; k < kSpiceCategories; ++k) {
    const std::string key = spice_key(static_cast<SpiceCategory>(k));
    json[key] = scores[k] ? nlohmann::ordered_json(*scores[k]) : nlohmann::ordered_json();
  }
  return json;
}

std::vector<HtmlReport::Score> metric_rows(const CaptionScores& scores,
                                           const ScorerOptions& options) {
  std::vector<HtmlReport::Score> rows;
  for (const ScoreColumn& column : score_columns(options.metrics)) {
    const bool imported = column.metric == Metric::kSpice && scores.spice_imported;
    rows.push_back(
        {imported ? "SPICE" : column.title, decimal(column.of(scores), 3), note(column, options)});
  }
  if (!scores.spice_categories) return rows;
  for (size_t k = 1; k < kSpiceCategories; ++k) {
    const std::optional<double> f1 = scores.spice_categories->categories[k];
    rows.push_back({spice_key(static_cast<SpiceCategory>(k)), f1 ? decimal(*f1, 3) : "-",
                    f1 ? "" : "the references name none", /*part=*/true});
  }
  return rows;
}

void add_scores(const CaptionScores& scores, const ScorerOptions& options,
                nlohmann::ordered_json& json) {
  for (const ScoreColumn& column : score_columns(options.metrics)) {
    json[column.key] = column.of(scores);
  }
  if (options.metrics.contains(Metric::kMeteor) && options.meteor) {
    json["meteor_resources"] = options.meteor->description();
  }
  if (!scores.spice_categories) return;
  json["spice_source"] = scores.spice_imported ? "imported tuples" : "native";
  json["spice_categories"] = spice_category_json(scores.spice_categories->categories);
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
