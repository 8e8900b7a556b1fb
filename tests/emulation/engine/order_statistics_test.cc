#include "bench/cuda/order_statistics.h"

#include <numeric>

#include <gtest/gtest.h>

namespace storyteller::order_statistics_test {
namespace {

MedianInterval of_ranks(size_t n) {
  std::vector<double> ranks(n);
  std::iota(ranks.begin(), ranks.end(), 1);
  return median_interval(ranks);
}

TEST(MedianInterval, IsOfTheRanksThatHoldTheMedianWith95Percent) {
  EXPECT_EQ(of_ranks(50).median, 25.5);
  EXPECT_EQ(of_ranks(50).low, 18);
  EXPECT_EQ(of_ranks(50).high, 32);
  EXPECT_EQ(of_ranks(30).low, 10);
  EXPECT_EQ(of_ranks(30).high, 21);
  EXPECT_EQ(of_ranks(9).low, 2);
  EXPECT_EQ(of_ranks(9).high, 8);
}

TEST(MedianInterval, OfFewIsAllOfThem) {
  for (size_t n = 1; n <= 5; ++n) {
    EXPECT_EQ(of_ranks(n).low, 1) << n;
    EXPECT_EQ(of_ranks(n).high, n) << n;
  }
}

}  // namespace
}  // namespace storyteller::order_statistics_test
