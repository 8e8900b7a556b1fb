#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace storyteller {

/// A closed interval; NaN where nothing could be estimated.
struct Interval {
  double low, high;
};

/// A statistic of a sample of clusters (images, with all that was said about them), given by their
/// indices with repetitions; it returns any number of values, always as many. NaN: undefined there.
using ClusterStatistic = std::function<std::vector<double>(std::span<const size_t>)>;

/// Percentile bootstrap intervals (Efron 1979) of `statistic`, one for each of its values: clusters
/// 0..clusters-1 are drawn with replacement `samples` times, and the interval holds the middle
/// `coverage` of the values (linear interpolation between order statistics, NaN left out). Whole
/// clusters are drawn since ratings of one image depend on each other. A pure function of its
/// arguments and the seed.
std::vector<Interval> bootstrap_intervals(size_t clusters, const ClusterStatistic& statistic,
                                          int samples, uint64_t seed, double coverage = 0.95);

}  // namespace storyteller
