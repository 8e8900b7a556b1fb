#include "train/rating/bradley_terry.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "core/random_stream.h"

namespace storyteller::bradley_terry_test {
namespace {

/// Eastern division of the American League, 1987 (Agresti 2002, table 10.10): Milwaukee, Detroit,
/// Toronto, New York, Boston, Cleveland, Baltimore; row beat column.
const WinMatrix kBaseball = {{0, 7, 9, 7, 7, 9, 11}, {6, 0, 7, 5, 11, 9, 9}, {4, 6, 0, 7, 7, 8, 12},
                             {6, 8, 6, 0, 6, 7, 10}, {6, 2, 6, 7, 0, 7, 12}, {4, 4, 5, 6, 6, 0, 6},
                             {2, 4, 1, 3, 1, 7, 0}};

/// Minorisation-maximisation of Hunter 2004: p_i = W_i / sum_j n_ij / (p_i + p_j).
std::vector<double> hunter(const WinMatrix& wins, int rounds) {
  const size_t n = wins.size();
  std::vector<double> p(n, 1.0);
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> next(n);
    for (size_t i = 0; i < n; ++i) {
      double won = 0, denominator = 0;
      for (size_t j = 0; j < n; ++j) {
        if (i == j) continue;
        won += wins[i][j];
        denominator += (wins[i][j] + wins[j][i]) / (p[i] + p[j]);
      }
      next[i] = won / denominator;
    }
    p = next;
  }
  double mean = 0;
  for (double& value : p) mean += (value = std::log(value)) / static_cast<double>(n);
  for (double& value : p) value -= mean;
  return p;
}

TEST(BradleyTerry, ReproducesAgrestisBaseballTable) {
  const BradleyTerryFit fit = fit_bradley_terry(kBaseball);
  // Table 10.11, relative to Baltimore, and the standard errors "about 0.3" of the text; with more
  // digits as R's BradleyTerry2 gives them.
  const double published[] = {1.58, 1.44, 1.29, 1.25, 1.11, 0.68};
  const double estimates[] = {1.5814, 1.4364, 1.2945, 1.2476, 1.1077, 0.6839};
  const double errors[] = {0.3433, 0.3396, 0.3367, 0.3359, 0.3339, 0.3319};
  for (size_t i = 0; i < 6; ++i) {
    const double relative = fit.log_strengths[i] - fit.log_strengths[6];
    EXPECT_NEAR(relative, published[i], 5e-3);
    EXPECT_NEAR(relative, estimates[i], 5e-5);
    EXPECT_NEAR(fit.standard_error(i, 6), errors[i], 5e-5);
  }
  EXPECT_NEAR(std::accumulate(fit.log_strengths.begin(), fit.log_strengths.end(), 0.0), 0, 1e-12);
}

TEST(BradleyTerry, EqualsHuntersIterations) {
  RandomStream random(4, 0);
  for (size_t n = 2; n < 9; ++n) {
    WinMatrix wins(n, std::vector<double>(n));
    for (auto& row : wins) {
      for (double& count : row) count = 1 + random.below(20) / 2.0;
    }
    const std::vector<double> expected = hunter(wins, 5000);
    const BradleyTerryFit fit = fit_bradley_terry(wins);
    for (size_t i = 0; i < n; ++i) EXPECT_NEAR(fit.log_strengths[i], expected[i], 1e-9);
  }
}

TEST(BradleyTerry, OfTwoIsTheLogOfTheOdds) {
  const BradleyTerryFit fit = fit_bradley_terry({{0, 30}, {10, 0}});
  EXPECT_NEAR(fit.log_strengths[0] - fit.log_strengths[1], std::log(3.0), 1e-12);
  EXPECT_NEAR(fit.standard_error(0, 1), std::sqrt(1.0 / 30 + 1.0 / 10), 1e-9);
  EXPECT_EQ(fit.standard_error(1, 1), 0);
}

TEST(BradleyTerry, CovariancesKeepTheSumOfTheStrengths) {
  for (const auto& row : fit_bradley_terry(kBaseball).covariances) {
    EXPECT_NEAR(std::accumulate(row.begin(), row.end(), 0.0), 0, 1e-10);
  }
}

TEST(BradleyTerry, ExpectedWinsEqualWins) {
  const BradleyTerryFit fit = fit_bradley_terry(kBaseball);
  for (size_t i = 0; i < kBaseball.size(); ++i) {
    double expected = 0, won = 0;
    for (size_t j = 0; j < kBaseball.size(); ++j) {
      if (i == j) continue;
      won += kBaseball[i][j];
      expected += (kBaseball[i][j] + kBaseball[j][i]) /
                  (1 + std::exp(fit.log_strengths[j] - fit.log_strengths[i]));
    }
    EXPECT_NEAR(expected, won, 1e-8);
  }
}

TEST(BradleyTerry, PermutingContestantsPermutesStrengths) {
  const size_t n = kBaseball.size();
  WinMatrix reversed(n, std::vector<double>(n));
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) reversed[n - 1 - i][n - 1 - j] = kBaseball[i][j];
  }
  const auto fit = fit_bradley_terry(kBaseball), other = fit_bradley_terry(reversed);
  for (size_t i = 0; i < n; ++i) {
    EXPECT_NEAR(fit.log_strengths[i], other.log_strengths[n - 1 - i], 1e-10);
  }
}

TEST(BradleyTerry, NeedsLossesOrAPrior) {
  const WinMatrix unbeaten = {{0, 5, 5}, {0, 0, 3}, {0, 3, 0}};
  EXPECT_THROW(fit_bradley_terry(unbeaten), InputError);
  EXPECT_THROW(fit_bradley_terry({{0, 0}, {0, 0}}), InputError) << "never compared";
  const BradleyTerryFit fit = fit_bradley_terry(unbeaten, 1);
  EXPECT_NEAR(fit.log_strengths[0] - fit.log_strengths[1], std::log(5.5 / 0.5), 1e-10);
  EXPECT_NEAR(fit.log_strengths[1], fit.log_strengths[2], 1e-10);
  EXPECT_NEAR(fit_bradley_terry({{0, 1e6}, {0, 0}}, 1).log_strengths[0],
              std::log(1e6 + 0.5) / 2 + std::log(2.0) / 2, 1e-6)
      << "far apart, and found all the same";
}

TEST(BradleyTerry, TakesNoneAndOneAndRefusesNonsense) {
  EXPECT_TRUE(fit_bradley_terry({}).log_strengths.empty());
  EXPECT_EQ(fit_bradley_terry({{0}}).log_strengths, std::vector<double>{0});
  EXPECT_THROW(fit_bradley_terry({{0, 1}}), InternalError);
  EXPECT_THROW(fit_bradley_terry({{0, -1}, {1, 0}}), InternalError);
  EXPECT_THROW(fit_bradley_terry({{0, std::numeric_limits<double>::quiet_NaN()}, {1, 0}}),
               InternalError);
}

}  // namespace
}  // namespace storyteller::bradley_terry_test
