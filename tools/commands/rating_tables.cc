#include "tools/commands/rating_tables.h"

#include <algorithm>
#include <cmath>
#include <ostream>

#include "core/system/printable_line.h"
#include "core/text/number_format.h"
#include "core/text/utf8.h"

namespace storyteller {
namespace {

using TableRow = std::vector<std::string>;

size_t columns_of(std::string_view text) {
  size_t columns = 0;
  for (; !text.empty(); ++columns) take_character(&text);
  return columns;
}

/// Columns as wide as their widest cell; the first to the left, numbers to the right.
void print_table(std::ostream& out, const std::vector<TableRow>& rows) {
  std::vector<size_t> widths(rows[0].size(), 0);
  for (const TableRow& row : rows) {
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], columns_of(row[c]));
  }
  for (const TableRow& row : rows) {
    std::string line = "  ";
    for (size_t c = 0; c < row.size(); ++c) {
      const std::string pad(widths[c] - columns_of(row[c]), ' ');
      line += c == 0 ? row[c] + pad : "  " + pad + row[c];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  }
  out << '\n';
}

std::string name_of(const std::string& text) { return printable_line(text, 40); }

std::string between(const Interval& interval, int digits) {
  if (std::isnan(interval.low)) return "\u2013";
  return decimal(interval.low, digits) + " to " + decimal(interval.high, digits);
}

/// A p value: never "0.000".
std::string probability(double p) { return p < 0.001 ? "< .001" : decimal(p, 3); }

void print_systems(std::ostream& out, const ScaleAnalysis& scale) {
  std::vector<const ScaleAnalysis::System*> order;
  for (const auto& system : scale.systems) order.push_back(&system);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    const double x = std::isnan(a->mean.value) ? -1 : a->mean.value;
    const double y = std::isnan(b->mean.value) ? -1 : b->mean.value;
    return x > y;
  });
  std::vector<TableRow> rows{{"system", "captions", "ratings", "mean", "95 %", "strength", "95 %"}};
  for (const auto* system : order) {
    rows.push_back({name_of(system->name), grouped(system->captions), grouped(system->ratings),
                    decimal(system->mean.value, 2), between(system->mean.interval, 2),
                    decimal(system->strength.value, 2), between(system->strength.interval, 2)});
  }
  print_table(out, rows);
}

void print_pairs(std::ostream& out, const ScaleAnalysis& scale) {
  if (scale.system_pairs.empty()) return;
  std::vector<TableRow> rows{
      {"images on which", "first", "second", "neither", "sign test", "Holm"}};
  for (const auto& pair : scale.system_pairs) {
    rows.push_back({name_of(pair.a) + ", " + name_of(pair.b) + " is better",
                    std::to_string(pair.a_better), std::to_string(pair.b_better),
                    std::to_string(pair.ties), probability(pair.p), probability(pair.p_adjusted)});
  }
  print_table(out, rows);
}

void print_agreement(std::ostream& out, const ScaleAnalysis& scale) {
  out << "  Krippendorff's alpha: ordinal " << decimal(scale.alpha_ordinal.value, 3) << " ("
      << between(scale.alpha_ordinal.interval, 3) << "), nominal "
      << decimal(scale.alpha_nominal, 3) << ", interval " << decimal(scale.alpha_interval, 3)
      << "\n\n";
  if (scale.rater_pairs.empty()) return;
  std::vector<TableRow> rows{{"weighted kappa of", "captions", "linear", "quadratic"}};
  for (const auto& pair : scale.rater_pairs) {
    rows.push_back({name_of(pair.a) + ", " + name_of(pair.b), grouped(pair.captions),
                    decimal(pair.linear, 3), decimal(pair.quadratic, 3)});
  }
  print_table(out, rows);
}

void print_metrics(std::ostream& out, const ScaleAnalysis& scale) {
  if (scale.metrics.empty()) return;
  std::vector<TableRow> rows{{"Kendall's tau with", "captions", "tau-b", "95 %"}};
  for (const auto& metric : scale.metrics) {
    rows.push_back({name_of(metric.name), grouped(metric.captions), decimal(metric.tau.value, 3),
                    between(metric.tau.interval, 3)});
  }
  print_table(out, rows);
}

void print_raters(std::ostream& out, const RatingSheet& sheet, const RatingAnalysis& analysis) {
  for (size_t s = 0; s < sheet.scales.size(); ++s) {
    std::vector<TableRow> rows{{"rater on " + name_of(sheet.scales[s]), "rated", "seconds", "mean",
                                "twice", "same", "apart"}};
    if (sheet.control) rows[0].insert(rows[0].end(), {"human", "others"});
    for (const RaterAnalysis& rater : analysis.raters) {
      const RaterAnalysis::Scale& scale = rater.scales[s];
      const std::string same = scale.duplicates == 0 ? "\u2013" : percent(scale.equal, 0);
      rows.push_back({name_of(rater.name),
                      grouped(rater.rated) + " of " + grouped(sheet.items.size()),
                      decimal(rater.median_seconds, 1), decimal(scale.mean, 2),
                      grouped(scale.duplicates), same, decimal(scale.difference, 2)});
      if (sheet.control) {
        rows.back().insert(rows.back().end(),
                           {decimal(scale.control, 2), decimal(scale.others, 2)});
      }
    }
    print_table(out, rows);
  }
}

}  // namespace

void print_rating_analysis(std::ostream& out, const RatingSheet& sheet,
                           const RatingAnalysis& analysis) {
  for (const ScaleAnalysis& scale : analysis.scales) {
    out << name_of(scale.name) << "\n\n";
    print_systems(out, scale);
    print_pairs(out, scale);
    print_agreement(out, scale);
    print_metrics(out, scale);
  }
  out << "raters\n\n";
  print_raters(out, sheet, analysis);
}

}  // namespace storyteller
