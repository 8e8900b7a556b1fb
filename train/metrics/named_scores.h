#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "train/metrics/table.h"

namespace storyteller {

/// Scores by the keys of the table's columns, for files and records that outlive a version of the
/// table. What was not computed is not there, which is another thing than 0.
class NamedScores {
 public:
  using Score = std::pair<std::string, double>;

  std::optional<double> find(std::string_view key) const;
  /// NaN where it is not there.
  double operator[](std::string_view key) const { return find(key).value_or(MetricScores::kNone); }
  void set(std::string_view key, double value);

  bool empty() const { return scores_.empty(); }
  auto begin() const { return scores_.begin(); }
  auto end() const { return scores_.end(); }
  bool operator==(const NamedScores&) const = default;

 private:
  std::vector<Score> scores_;  // ordered by key
};

/// Those that were computed and are finite.
NamedScores named_scores(const MetricScores& scores);

}  // namespace storyteller
