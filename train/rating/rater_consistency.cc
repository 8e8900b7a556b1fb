#include "train/rating/rater_consistency.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace storyteller {
namespace {

/// A mean as it grows; NaN while it is empty.
struct Mean {
  double sum = 0;
  size_t count = 0;
  void add(double value) {
    sum += value;
    ++count;
  }
  double value() const {
    return count == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(count);
  }
};

double median(std::vector<double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

RaterAnalysis::Scale analyse_scale(const RatingSheet& sheet,
                                   const std::vector<std::optional<int>>& scores) {
  Mean all, equal, difference, control, others;
  for (size_t i = 0; i < sheet.items.size(); ++i) {
    const RatingItem& item = sheet.items[i];
    if (!scores[i]) continue;
    if (item.duplicate_of) {
      const std::optional<int> first = scores[*item.duplicate_of];
      if (!first) continue;
      equal.add(*first == *scores[i] ? 1 : 0);
      difference.add(std::abs(*first - *scores[i]));
      continue;
    }
    all.add(*scores[i]);
    for (const size_t system : item.systems) {
      (sheet.control && system == *sheet.control ? control : others).add(*scores[i]);
    }
  }
  return {.mean = all.value(),
          .duplicates = equal.count,
          .equal = equal.value(),
          .difference = difference.value(),
          .control = control.value(),
          .others = others.value()};
}

}  // namespace

RaterAnalysis analyse_rater(const RatingSheet& sheet, const Ratings& ratings) {
  RaterAnalysis analysis{.name = ratings.rater, .rated = ratings.rated};
  std::vector<double> seconds;
  for (const auto& taken : ratings.seconds) {
    if (taken) seconds.push_back(*taken);
  }
  analysis.median_seconds = median(std::move(seconds));
  for (const auto& scores : ratings.scores) {
    analysis.scales.push_back(analyse_scale(sheet, scores));
  }
  return analysis;
}

}  // namespace storyteller
