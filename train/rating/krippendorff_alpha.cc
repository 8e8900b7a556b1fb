#include "train/rating/krippendorff_alpha.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace storyteller {
namespace {

/// Values that occur, ascending.
std::vector<double> values_of(const RatingMatrix& ratings) {
  std::vector<double> values;
  for (const auto& row : ratings) {
    for (const auto& rating : row) {
      if (rating) values.push_back(*rating);
    }
  }
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

/// How often each value occurs among the ratings of one unit; empty where fewer than two.
std::vector<double> counts_of_unit(const RatingMatrix& ratings, size_t unit,
                                   const std::vector<double>& values, double* ratings_of_unit) {
  std::vector<double> counts(values.size(), 0.0);
  *ratings_of_unit = 0;
  for (const auto& row : ratings) {
    if (!row[unit]) continue;
    const auto at = std::lower_bound(values.begin(), values.end(), *row[unit]) - values.begin();
    ++counts[static_cast<size_t>(at)];
    ++*ratings_of_unit;
  }
  if (*ratings_of_unit < 2) counts.clear();
  return counts;
}

/// delta^2 of values c < k, indices into `values`; `n` are their frequencies among pairable
/// ratings.
double distance(Measurement measurement, const std::vector<double>& values,
                const std::vector<double>& n, size_t c, size_t k) {
  const double difference = values[k] - values[c];
  switch (measurement) {
    case Measurement::kNominal:
      return 1;
    case Measurement::kOrdinal: {
      double between = -(n[c] + n[k]) / 2;
      for (size_t g = c; g <= k; ++g) between += n[g];
      return between * between;
    }
    case Measurement::kInterval:
      return difference * difference;
    case Measurement::kRatio: {
      const double sum = values[c] + values[k];
      return sum == 0 ? 0 : (difference / sum) * (difference / sum);
    }
  }
  throw InternalError("krippendorff_alpha: unknown measurement");
}

}  // namespace

double krippendorff_alpha(const RatingMatrix& ratings, Measurement measurement) {
  const size_t units = ratings.empty() ? 0 : ratings[0].size();
  for (const auto& row : ratings) {
    if (row.size() != units) throw InternalError("krippendorff_alpha: rows differ in length");
  }
  const std::vector<double> values = values_of(ratings);
  const size_t size = values.size();
  std::vector<double> coincidences(size * size, 0.0), frequencies(size, 0.0);
  double total = 0;
  for (size_t unit = 0; unit < units; ++unit) {
    double in_unit = 0;
    const std::vector<double> counts = counts_of_unit(ratings, unit, values, &in_unit);
    if (counts.empty()) continue;
    for (size_t c = 0; c < size; ++c) {
      for (size_t k = 0; k < size; ++k) {
        const double pairs = counts[c] * (counts[k] - (c == k ? 1 : 0));
        coincidences[c * size + k] += pairs / (in_unit - 1);
      }
      frequencies[c] += counts[c];
    }
    total += in_unit;
  }
  double observed = 0, expected = 0;  // c < k stands for both orders; the factor cancels
  for (size_t c = 0; c < size; ++c) {
    for (size_t k = c + 1; k < size; ++k) {
      const double apart = distance(measurement, values, frequencies, c, k);
      observed += coincidences[c * size + k] * apart;
      expected += frequencies[c] * frequencies[k] * apart;
    }
  }
  if (expected == 0) return std::numeric_limits<double>::quiet_NaN();
  return 1 - (total - 1) * observed / expected;
}

}  // namespace storyteller
