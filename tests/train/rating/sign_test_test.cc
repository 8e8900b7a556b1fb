#include "train/rating/sign_test.h"

#include <gtest/gtest.h>

#include <cmath>

namespace storyteller::sign_test_test {
namespace {

TEST(SignTest, ReproducesAPublishedExample) {
  // Legs of ten deer, the hind one longer in eight (Zar 1999, example 24.11): p = .10938.
  EXPECT_NEAR(sign_test(8, 2), 0.109375, 1e-12);
}

TEST(SignTest, EqualsTheExactSumOfTheBinomial) {
  for (int n = 1; n <= 40; ++n) {
    std::vector<double> row{1};  // Pascal's triangle
    for (int i = 1; i <= n; ++i) {
      std::vector<double> next(row.size() + 1, 1.0);
      for (size_t k = 1; k < row.size(); ++k) next[k] = row[k - 1] + row[k];
      row = next;
    }
    double tail = 0;
    for (int k = 0; k <= n; ++k) {
      tail += row[static_cast<size_t>(k)] / std::ldexp(1.0, n);
      const double expected = 2 * k < n ? std::min(1.0, 2 * tail) : 1.0;
      if (2 * k <= n) {
        EXPECT_NEAR(sign_test(k, n - k), expected, 1e-12);
      }
    }
  }
}

TEST(SignTest, IsSymmetricAndHoldsForManyImages) {
  EXPECT_DOUBLE_EQ(sign_test(0, 0), 1);
  EXPECT_DOUBLE_EQ(sign_test(5, 5), 1);
  EXPECT_DOUBLE_EQ(sign_test(3, 9), sign_test(9, 3));
  EXPECT_NEAR(sign_test(10000, 10000), 1, 1e-9);
  EXPECT_NEAR(sign_test(5100, 4900), std::erfc(199 / std::sqrt(2.0 * 10000)), 2e-4)
      << "the normal approximation with Yates' correction";
  EXPECT_EQ(sign_test(100000, 0), 0);
}

TEST(HolmAdjusted, FollowsTheDefinition) {
  const std::vector<double> p{0.01, 0.04, 0.03, 0.005};
  const std::vector<double> expected{0.03, 0.06, 0.06, 0.02};
  const std::vector<double> adjusted = holm_adjusted(p);
  ASSERT_EQ(adjusted.size(), 4U);
  for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-15) << i;
  EXPECT_EQ(holm_adjusted(std::vector<double>{0.9, 0.8}), (std::vector<double>{1, 1}));
  EXPECT_TRUE(holm_adjusted({}).empty());
}

}  // namespace
}  // namespace storyteller::sign_test_test
