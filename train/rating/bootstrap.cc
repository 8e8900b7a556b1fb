#include "train/rating/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/random_stream.h"

namespace storyteller {
namespace {

constexpr uint64_t kBootstrapSite = 0x626F6F74;  // "boot"

double quantile(const std::vector<double>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(position);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], position - static_cast<double>(below));
}

}  // namespace

std::vector<Interval> bootstrap_intervals(size_t clusters, const ClusterStatistic& statistic,
                                          int samples, uint64_t seed, double coverage) {
  std::vector<size_t> drawn(clusters);
  std::iota(drawn.begin(), drawn.end(), size_t{0});
  std::vector<std::vector<double>> values(statistic(drawn).size());
  for (int sample = 0; sample < samples; ++sample) {
    RandomStream random(philox_key(seed, 0, kBootstrapSite), static_cast<uint64_t>(sample));
    for (size_t& cluster : drawn) cluster = random.below(static_cast<uint32_t>(clusters));
    const std::vector<double> one = statistic(drawn);
    for (size_t i = 0; i < one.size(); ++i) {
      if (!std::isnan(one[i])) values[i].push_back(one[i]);
    }
  }
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  std::vector<Interval> intervals;
  for (auto& column : values) {
    std::sort(column.begin(), column.end());
    intervals.push_back(column.empty() ? Interval{kNan, kNan}
                                       : Interval{quantile(column, (1 - coverage) / 2),
                                                  quantile(column, (1 + coverage) / 2)});
  }
  return intervals;
}

}  // namespace storyteller
