#include "train/metrics/named_scores.h"

#include <algorithm>
#include <cmath>

namespace storyteller {
namespace {

bool before(const NamedScores::Score& score, std::string_view key) { return score.first < key; }

}  // namespace

std::optional<double> NamedScores::find(std::string_view key) const {
  const auto at = std::lower_bound(scores_.begin(), scores_.end(), key, before);
  return at == scores_.end() || at->first != key ? std::nullopt : std::optional(at->second);
}

void NamedScores::set(std::string_view key, double value) {
  const auto at = std::lower_bound(scores_.begin(), scores_.end(), key, before);
  if (at != scores_.end() && at->first == key) {
    at->second = value;
  } else {
    scores_.emplace(at, key, value);
  }
}

NamedScores named_scores(const MetricScores& scores) {
  NamedScores named;
  for (const ScoreColumn& column : score_columns()) {
    if (std::isfinite(column.of(scores))) named.set(column.key, column.of(scores));
  }
  return named;
}

}  // namespace storyteller
