#include "train/rating/kendall_tau.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/random_stream.h"

namespace storyteller::kendall_tau_test {
namespace {

double naive_tau_b(const std::vector<double>& x, const std::vector<double>& y) {
  double concordant = 0, discordant = 0, only_x = 0, only_y = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const double dx = x[i] - x[j], dy = y[i] - y[j];
      concordant += dx * dy > 0;
      discordant += dx * dy < 0;
      only_x += dx == 0 && dy != 0;
      only_y += dx != 0 && dy == 0;
    }
  }
  return (concordant - discordant) /
         std::sqrt((concordant + discordant + only_x) * (concordant + discordant + only_y));
}

TEST(KendallTauB, ReproducesSciPysDocumentedExample) {
  const std::vector<double> x{12, 2, 1, 12, 2}, y{1, 4, 7, 1, 0};
  EXPECT_NEAR(kendall_tau_b(x, y), -0.47140452079103173, 1e-15);
}

TEST(KendallTauB, EqualsCountingAllPairs) {
  RandomStream random(1, 0);
  for (size_t size = 2; size < 60; ++size) {
    std::vector<double> x, y;
    for (size_t i = 0; i < size; ++i) {
      x.push_back(random.below(size % 2 == 0 ? 6 : 1000));  // many ties, hardly any
      y.push_back(random.below(size % 3 == 0 ? 4 : 500));
    }
    const double expected = naive_tau_b(x, y);
    if (std::isnan(expected)) continue;
    EXPECT_NEAR(kendall_tau_b(x, y), expected, 1e-12) << size;
  }
}

TEST(KendallTauB, SeesOnlyTheOrder) {
  const std::vector<double> x{1, 2, 3, 4, 5, 6}, up{-9, 0, 0.1, 7, 100, 1e9};
  const std::vector<double> down(up.rbegin(), up.rend());
  EXPECT_DOUBLE_EQ(kendall_tau_b(x, up), 1);
  EXPECT_DOUBLE_EQ(kendall_tau_b(x, down), -1);
}

TEST(KendallTauB, IsUndefinedForConstants) {
  const std::vector<double> x{1, 2, 3}, constant{4, 4, 4}, one{1};
  EXPECT_TRUE(std::isnan(kendall_tau_b(x, constant)));
  EXPECT_TRUE(std::isnan(kendall_tau_b(constant, x)));
  EXPECT_TRUE(std::isnan(kendall_tau_b(one, one)));
  EXPECT_TRUE(std::isnan(kendall_tau_b({}, {})));
  EXPECT_THROW(kendall_tau_b(x, one), InternalError);
}

}  // namespace
}  // namespace storyteller::kendall_tau_test
