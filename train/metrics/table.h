#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// A row of metric_table(), in which order reports show them. Those that code asks for by name have
/// one here; a row behind the last of them needs none.
enum class Metric : uint8_t {
  kBleu,        ///< BLEU-1..4, "bleu"
  kRougeL,      ///< "rouge-l"
  kMeteor,      ///< METEOR 1.5, "meteor"
  kCider,       ///< CIDEr-D, which is what coco-caption and the literature report as CIDEr; "cider"
  kPlainCider,  ///< CIDEr without clipping and length penalty, "plain-cider"
  kSpice,       ///< SPICE-native, "spice"
};

class MetricScorer;
struct ScorerOptions;
using TokenizedReferences = std::vector<std::vector<std::vector<std::string>>>;

/// A number that a metric gives.
struct MetricColumn {
  std::string_view key;    ///< as files have it: "bleu_1"
  std::string_view title;  ///< as people read it: "BLEU-1"
  std::string_view note;   ///< a word on what it means, for reports
};

/// What is known of a metric beside its code.
struct MetricRow {
  std::string_view name;  ///< as it is typed: "rouge-l"
  std::vector<MetricColumn> columns;
  /// See MakeMetricScorer in metric_scorer.h.
  std::unique_ptr<MetricScorer> (*make)(const TokenizedReferences&, const ScorerOptions&);
  bool greater_is_better = true;
};

/// All metrics there are.
std::span<const MetricRow> metric_table();
inline const MetricRow& row_of(Metric metric) {
  return metric_table()[static_cast<size_t>(metric)];
}

/// As it is typed: "rouge-l".
inline std::string_view name_of(Metric metric) { return row_of(metric).name; }

/// Which metrics to compute.
class MetricSet {
 public:
  constexpr MetricSet() = default;
  constexpr MetricSet(std::initializer_list<Metric> metrics) {
    for (const Metric metric : metrics) insert(metric);
  }
  constexpr void insert(Metric metric) { bits_ |= 1U << static_cast<unsigned>(metric); }
  constexpr void erase(Metric metric) { bits_ &= ~(1U << static_cast<unsigned>(metric)); }
  constexpr bool contains(Metric metric) const {
    return (bits_ >> static_cast<unsigned>(metric) & 1U) != 0;
  }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool operator==(const MetricSet&) const = default;

 private:
  uint32_t bits_ = 0;
};

/// Those that cost microseconds a caption: for rewards and validation.
inline constexpr MetricSet kQuickMetrics = {Metric::kBleu, Metric::kRougeL, Metric::kCider};

/// What papers report.
inline constexpr MetricSet kReportedMetrics = {Metric::kBleu, Metric::kRougeL, Metric::kMeteor,
                                               Metric::kCider, Metric::kSpice};

/// "bleu,cider", or "all"; blanks are ignored, and '_' stands for '-' too. `where` names the option
/// in the UsageError that a name which is none, or an empty list, gets.
MetricSet parse_metrics(std::string_view list, std::string_view where);

/// The names of all, for help texts: "bleu, rouge-l, ...".
std::string metric_names();

/// "bleu,cider": what parse_metrics reads.
std::string to_string(MetricSet metrics);

/// A number for each column of the table; NaN in those of metrics that were not asked for.
class MetricScores {
 public:
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  MetricScores() { values_.fill(kNone); }

  /// By key: "cider". InternalError for one that the table does not have.
  double operator[](std::string_view key) const;
  void set(std::string_view key, double value);
  /// By number, counted over all rows.
  std::span<double> columns(size_t first, size_t count) {
    return std::span(values_).subspan(first, count);
  }
  double column(size_t number) const { return values_[number]; }

 private:
  static constexpr size_t kMostColumns = 16;
  std::array<double, kMostColumns> values_;
};

/// A column of the table with its place there.
struct ScoreColumn : MetricColumn {
  Metric metric;
  bool greater_is_better;
  size_t number;  ///< counted over all rows

  double of(const MetricScores& scores) const { return scores.column(number); }
};
/// The columns of all metrics, in the order of the table.
const std::vector<ScoreColumn>& score_columns();
/// Those of some.
std::vector<ScoreColumn> score_columns(MetricSet metrics);

}  // namespace storyteller
