#include "train/metrics/table.h"

#include <vector>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"
#include "train/metrics/metric_scorer.h"

namespace storyteller {

// Each is defined beside its metric.
MakeMetricScorer make_bleu, make_rouge_l, make_meteor, make_cider, make_plain_cider, make_spice,
    make_chair, make_object_recall, make_attested;

std::span<const MetricRow> metric_table() {
  static const std::vector<MetricRow> table = {
      {.name = "bleu",
       .columns = {{"bleu_1", "BLEU-1", "words shared with a reference"},
                   {"bleu_2", "BLEU-2", "and pairs of words"},
                   {"bleu_3", "BLEU-3", "and runs of three words"},
                   {"bleu_4", "BLEU-4", "and runs of four words"}},
       .make = make_bleu},
      {.name = "rouge-l",
       .columns = {{"rouge_l", "ROUGE-L", "longest common subsequence of words"}},
       .make = make_rouge_l},
      {.name = "meteor",
       .columns = {{"meteor", "METEOR", "words, stems and synonyms in order"}},
       .make = make_meteor},
      {.name = "cider",
       .columns = {{"cider", "CIDEr", "shared runs, rare ones count more; 0 to 10"}},
       .make = make_cider},
      {.name = "plain-cider",
       .columns = {{"plain_cider", "plain CIDEr", "without clipping and length penalty; 0 to 10"}},
       .make = make_plain_cider},
      {.name = "spice",
       .columns = {{"spice", "SPICE-native", "objects, attributes and relations shared"}},
       .make = make_spice},
      {.name = "chair",
       .columns = {{"chair_i", "CHAIR-i", "share of objects named that no reference names"},
                   {"chair_s", "CHAIR-s", "share of captions that name such an object"}},
       .make = make_chair,
       .greater_is_better = false},
      {.name = "object-recall",
       .columns = {{"object_recall", "object recall", "share of the references' objects named"}},
       .make = make_object_recall},
      {.name = "attested",
       .columns = {{"attested", "attested", "share of statements that people made of such things"}},
       .make = make_attested},
  };
  return table;
}

namespace {

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const MetricRow& row : metric_table()) out.emplace_back(row.name);
  out.emplace_back("all");
  return out;
}

/// Adds the metric of that name; false where there is none.
bool insert(MetricSet& metrics, std::string_view name) {
  bool found = false;
  for (size_t i = 0; i < metric_table().size(); ++i) {
    if (name != "all" && metric_table()[i].name != name) continue;
    metrics.insert(static_cast<Metric>(i));
    found = true;
  }
  return found;
}

size_t number_of(std::string_view key) {
  for (const ScoreColumn& column : score_columns()) {
    if (column.key == key) return column.number;
  }
  throw InternalError("MetricScores: no column '" + std::string(key) + "'");
}

}  // namespace

MetricSet parse_metrics(std::string_view list, std::string_view where) {
  MetricSet metrics;
  std::string name;
  for (size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size() && list[i] != ',') {
      if (list[i] != ' ') name += list[i] == '_' ? '-' : list[i];
      continue;
    }
    if (!name.empty() && !insert(metrics, name)) {
      throw UsageError(std::string(where) + ": unknown metric '" + printable(name) + "'" +
                       did_you_mean(name, names()) + " (there are " + joined(names()) + ")");
    }
    name.clear();
  }
  if (metrics.empty()) {
    throw UsageError(std::string(where) + ": name at least one metric of " + joined(names()));
  }
  return metrics;
}

std::string metric_names() {
  std::string all;
  for (const MetricRow& row : metric_table()) {
    all.append(all.empty() ? "" : ", ").append(row.name);
  }
  return all;
}

std::string to_string(MetricSet metrics) {
  std::string out;
  for (size_t i = 0; i < metric_table().size(); ++i) {
    const auto metric = static_cast<Metric>(i);
    if (metrics.contains(metric)) out.append(out.empty() ? "" : ",").append(name_of(metric));
  }
  return out;
}

double MetricScores::operator[](std::string_view key) const { return values_[number_of(key)]; }

void MetricScores::set(std::string_view key, double value) { values_[number_of(key)] = value; }

const std::vector<ScoreColumn>& score_columns() {
  static const std::vector<ScoreColumn> all = [] {
    std::vector<ScoreColumn> columns;
    for (size_t i = 0; i < metric_table().size(); ++i) {
      const MetricRow& row = metric_table()[i];
      for (const MetricColumn& column : row.columns) {
        columns.push_back({column, static_cast<Metric>(i), row.greater_is_better, columns.size()});
      }
    }
    return columns;
  }();
  return all;
}

std::vector<ScoreColumn> score_columns(MetricSet metrics) {
  std::vector<ScoreColumn> columns;
  for (const ScoreColumn& column : score_columns()) {
    if (metrics.contains(column.metric)) columns.push_back(column);
  }
  return columns;
}

}  // namespace storyteller
