#include "train/rating/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "core/random_stream.h"

namespace storyteller::bootstrap_test {
namespace {

double normal(RandomStream& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += random.uniform();
  return sum;
}

ClusterStatistic mean_of(const std::vector<double>& values) {
  return [&values](std::span<const size_t> clusters) {
    double sum = 0;
    for (const size_t i : clusters) sum += values[i];
    return std::vector<double>{sum / static_cast<double>(clusters.size())};
  };
}

TEST(Bootstrap, IntervalOfAMeanIsThatOfTheNormalDistribution) {
  RandomStream random(9, 0);
  std::vector<double> values;
  for (int i = 0; i < 400; ++i) values.push_back(3 + 2 * normal(random));
  double mean = 0, square = 0;
  for (const double value : values) mean += value / 400;
  for (const double value : values) square += (value - mean) * (value - mean) / 400;
  const Interval interval = bootstrap_intervals(400, mean_of(values), 4000, 1)[0];
  const double half = 1.96 * std::sqrt(square / 400);
  EXPECT_NEAR(interval.low, mean - half, 0.1 * half);
  EXPECT_NEAR(interval.high, mean + half, 0.1 * half);
}

TEST(Bootstrap, CoversTheTruthAboutAsOftenAsItSays) {
  int covered = 0;
  constexpr int kRounds = 300;
  for (int round = 0; round < kRounds; ++round) {
    RandomStream random(77, static_cast<uint64_t>(round));
    std::vector<double> values;
    for (int i = 0; i < 60; ++i) values.push_back(normal(random));
    const Interval interval = bootstrap_intervals(60, mean_of(values), 400, 5)[0];
    covered += interval.low <= 0 && 0 <= interval.high;
  }
  // 95 %, less a little for 60 values, plus or minus 3 standard errors of 300 rounds.
  EXPECT_GT(covered, kRounds * 0.89);
  EXPECT_LT(covered, kRounds * 0.99);
}

TEST(Bootstrap, RepeatsForOneSeedAlone) {
  const std::vector<double> values{1, 2, 3, 4, 10};
  const Interval one = bootstrap_intervals(5, mean_of(values), 200, 1)[0];
  const Interval again = bootstrap_intervals(5, mean_of(values), 200, 1)[0];
  const Interval other = bootstrap_intervals(5, mean_of(values), 199, 2)[0];
  EXPECT_EQ(one.low, again.low);
  EXPECT_EQ(one.high, again.high);
  EXPECT_TRUE(one.low != other.low || one.high != other.high);
}

TEST(Bootstrap, DrawsTheSameClustersForAllValues) {
  const auto statistic = [](std::span<const size_t> clusters) {
    const auto sum = static_cast<double>(std::accumulate(clusters.begin(), clusters.end(), 0UL));
    return std::vector<double>{sum, -sum};
  };
  const auto intervals = bootstrap_intervals(10, statistic, 100, 3);
  ASSERT_EQ(intervals.size(), 2U);
  EXPECT_NEAR(intervals[0].low, -intervals[1].high, 1e-12);
}

TEST(Bootstrap, LeavesOutWhatIsUndefined) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const auto statistic = [](std::span<const size_t> clusters) {
    return std::vector<double>{clusters[0] == 0 ? kNan : 2.0, kNan};
  };
  const auto intervals = bootstrap_intervals(2, statistic, 50, 3);
  EXPECT_EQ(intervals[0].low, 2);
  EXPECT_EQ(intervals[0].high, 2);
  EXPECT_TRUE(std::isnan(intervals[1].low));
}

}  // namespace
}  // namespace storyteller::bootstrap_test
