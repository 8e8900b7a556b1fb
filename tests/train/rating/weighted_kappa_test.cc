#include "train/rating/weighted_kappa.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/random_stream.h"

namespace storyteller::weighted_kappa_test {
namespace {

struct Pair {
  std::vector<int> a, b;
};

/// Units with the counts of a square table, the first rater in rows.
Pair units_of(const std::vector<std::vector<int>>& table) {
  Pair pair;
  for (size_t i = 0; i < table.size(); ++i) {
    for (size_t j = 0; j < table.size(); ++j) {
      pair.a.insert(pair.a.end(), static_cast<size_t>(table[i][j]), static_cast<int>(i));
      pair.b.insert(pair.b.end(), static_cast<size_t>(table[i][j]), static_cast<int>(j));
    }
  }
  return pair;
}

TEST(WeightedKappa, ReproducesTheExampleOfCohen1968) {
  // Two psychiatrists, 200 patients: personality disorder, neurosis, psychosis; kappa .492 and,
  // with the paper's weights of disagreement, .348.
  const Pair pair = units_of({{88, 14, 18}, {10, 40, 10}, {2, 6, 12}});
  EXPECT_NEAR(weighted_kappa(pair.a, pair.b, nominal_weight), 0.492, 5e-4);
  const auto weight = [](int i, int j) {
    constexpr int kWeights[3][3] = {{0, 1, 3}, {1, 0, 6}, {3, 6, 0}};
    return static_cast<double>(kWeights[i][j]);
  };
  EXPECT_NEAR(weighted_kappa(pair.a, pair.b, weight), 0.348, 5e-4);
}

TEST(WeightedKappa, ReproducesAPublishedTableWithLinearWeights) {
  // Married couples on their pleasure in sex (Hout, Duncan and Sobel 1987; Agresti 1990, table
  // 2.10), with the figures that R's package vcd gives in its manual: .1293 and .2374.
  const Pair pair = units_of({{7, 7, 2, 3}, {2, 8, 3, 7}, {1, 5, 4, 9}, {2, 8, 9, 14}});
  EXPECT_NEAR(weighted_kappa(pair.a, pair.b, nominal_weight), 0.1293, 5e-5);
  EXPECT_NEAR(weighted_kappa(pair.a, pair.b, linear_weight), 0.2374, 5e-5);
}

TEST(WeightedKappa, ReproducesScikitLearnsFigures) {
  // 0 46 times, 1 44 times, 2 10 times against 50, 40, 10.
  const Pair pair = units_of({{46, 0, 0}, {4, 40, 0}, {0, 0, 10}});
  EXPECT_NEAR(weighted_kappa(pair.a, pair.b, nominal_weight), 0.9315, 5e-5);
  EXPECT_NEAR(weighted_kappa(pair.a, pair.b, linear_weight), 0.9412, 5e-5);
  EXPECT_NEAR(weighted_kappa(pair.a, pair.b, quadratic_weight), 0.9541, 5e-5);
}

TEST(WeightedKappa, EqualsTheSumOverTheTableOfShares) {
  RandomStream random(5, 0);
  for (int round = 0; round < 20; ++round) {
    Pair pair;
    for (int i = 0; i < 60; ++i) {
      pair.a.push_back(1 + static_cast<int>(random.below(5)));
      pair.b.push_back(random.chance(0.5F) ? pair.a.back() : 1 + static_cast<int>(random.below(5)));
    }
    double share[6][6] = {}, rows[6] = {}, columns[6] = {}, observed = 0, expected = 0;
    for (size_t i = 0; i < pair.a.size(); ++i) share[pair.a[i]][pair.b[i]] += 1.0 / 60;
    for (int i = 1; i <= 5; ++i) {
      for (int j = 1; j <= 5; ++j) {
        rows[i] += share[i][j];
        columns[j] += share[i][j];
      }
    }
    for (int i = 1; i <= 5; ++i) {
      for (int j = 1; j <= 5; ++j) {
        observed += (i - j) * (i - j) * share[i][j];
        expected += (i - j) * (i - j) * rows[i] * columns[j];
      }
    }
    EXPECT_NEAR(weighted_kappa(pair.a, pair.b, quadratic_weight), 1 - observed / expected, 1e-12);
  }
}

TEST(WeightedKappa, IsSymmetricAndBounded) {
  const Pair pair = units_of({{7, 7, 2, 3}, {2, 8, 3, 7}, {1, 5, 4, 9}, {2, 8, 9, 14}});
  for (const auto& weight : {linear_weight, quadratic_weight, nominal_weight}) {
    EXPECT_DOUBLE_EQ(weighted_kappa(pair.a, pair.b, weight),
                     weighted_kappa(pair.b, pair.a, weight));
    EXPECT_DOUBLE_EQ(weighted_kappa(pair.a, pair.a, weight), 1);
  }
  const Pair opposite = units_of({{0, 10}, {10, 0}});
  EXPECT_DOUBLE_EQ(weighted_kappa(opposite.a, opposite.b, linear_weight), -1);
}

TEST(WeightedKappa, IsUndefinedWithoutVariation) {
  EXPECT_TRUE(std::isnan(weighted_kappa({}, {}, linear_weight)));
  const std::vector<int> same{3, 3, 3};
  EXPECT_TRUE(std::isnan(weighted_kappa(same, same, quadratic_weight)));
  const std::vector<int> shorter{3, 3};
  EXPECT_THROW(weighted_kappa(same, shorter, linear_weight), InternalError);
}

}  // namespace
}  // namespace storyteller::weighted_kappa_test
