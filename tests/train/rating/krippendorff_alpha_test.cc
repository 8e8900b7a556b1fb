#include "train/rating/krippendorff_alpha.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random_stream.h"

namespace storyteller::krippendorff_alpha_test {
namespace {

constexpr Measurement kAll[] = {Measurement::kNominal, Measurement::kOrdinal,
                                Measurement::kInterval, Measurement::kRatio};

RatingMatrix matrix(const std::vector<std::vector<int>>& rows) {
  RatingMatrix ratings;
  for (const auto& row : rows) {
    auto& out = ratings.emplace_back();
    for (const int value : row) {
      out.push_back(value == 0 ? std::nullopt : std::optional<double>(value));
    }
  }
  return ratings;
}

/// Four observers, twelve units, 0 = missing: section D of Krippendorff 2011.
RatingMatrix published() {
  return matrix({{1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0},
                 {1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3},
                 {0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0},
                 {1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0}});
}

RatingMatrix random_ratings(uint64_t seed, size_t raters, size_t units) {
  RandomStream random(seed, 7);
  RatingMatrix ratings(raters);
  for (auto& row : ratings) {
    for (size_t u = 0; u < units; ++u) {
      const bool missing = random.chance(0.25F);
      row.push_back(missing ? std::nullopt : std::optional<double>(1.0 + random.below(5)));
    }
  }
  return ratings;
}

/// From the definition, without a coincidence matrix: observed disagreement averages over the pairs
/// of ratings within units, expected disagreement over all pairs of pairable ratings.
double naive_alpha(const RatingMatrix& ratings, Measurement measurement) {
  std::vector<std::vector<double>> units;
  std::vector<double> all;
  for (size_t u = 0; u < ratings[0].size(); ++u) {
    std::vector<double> unit;
    for (const auto& row : ratings) {
      if (row[u]) unit.push_back(*row[u]);
    }
    if (unit.size() < 2) continue;
    all.insert(all.end(), unit.begin(), unit.end());
    units.push_back(unit);
  }
  const auto frequency = [&](double value) {
    return static_cast<double>(std::count(all.begin(), all.end(), value));
  };
  const auto delta = [&](double a, double b) {
    if (a == b) return 0.0;
    const double low = std::min(a, b), high = std::max(a, b);
    double root = high - low;
    if (measurement == Measurement::kNominal) root = 1;
    if (measurement == Measurement::kRatio) root = (high - low) / (high + low);
    if (measurement == Measurement::kOrdinal) {
      root = -(frequency(low) + frequency(high)) / 2;
      for (double g = low; g <= high; ++g) root += frequency(g);
    }
    return root * root;
  };
  const auto n = static_cast<double>(all.size());
  double observed = 0, expected = 0;
  for (const auto& unit : units) {
    double sum = 0;
    for (const double a : unit) {
      for (const double b : unit) sum += delta(a, b);
    }
    observed += sum / static_cast<double>(unit.size() - 1) / n;
  }
  for (const double a : all) {
    for (const double b : all) expected += delta(a, b) / (n * (n - 1));
  }
  return 1 - observed / expected;
}

TEST(KrippendorffAlpha, ReproducesThePublishedExample) {
  EXPECT_NEAR(krippendorff_alpha(published(), Measurement::kNominal), 0.743, 5e-4);
  EXPECT_NEAR(krippendorff_alpha(published(), Measurement::kOrdinal), 0.815, 5e-4);
  EXPECT_NEAR(krippendorff_alpha(published(), Measurement::kInterval), 0.849, 5e-4);
  EXPECT_NEAR(krippendorff_alpha(published(), Measurement::kRatio), 0.797, 5e-4);
}

TEST(KrippendorffAlpha, ReproducesThePublishedBinaryExample) {
  // Section A of Krippendorff 2011: two observers, ten units, alpha = .095. Values 1 and 2 for the
  // paper's 0 and 1: nominal data know no distances.
  const auto ratings = matrix({{1, 2, 1, 1, 1, 1, 1, 1, 2, 1}, {2, 2, 2, 1, 1, 2, 1, 1, 1, 1}});
  EXPECT_NEAR(krippendorff_alpha(ratings, Measurement::kNominal), 0.095, 5e-4);
}

TEST(KrippendorffAlpha, EqualsTheDefinition) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const RatingMatrix ratings = random_ratings(seed, 2 + seed % 4, 5 + seed);
    for (const Measurement measurement : kAll) {
      EXPECT_NEAR(krippendorff_alpha(ratings, measurement), naive_alpha(ratings, measurement),
                  1e-12);
    }
  }
}

TEST(KrippendorffAlpha, IsOneForAgreementAndNearZeroForChance) {
  const RatingMatrix same = matrix({{1, 2, 3, 4, 5, 0}, {1, 2, 3, 4, 5, 1}, {0, 2, 3, 4, 5, 0}});
  const RatingMatrix chance = random_ratings(3, 3, 4000);
  for (const Measurement measurement : kAll) {
    EXPECT_DOUBLE_EQ(krippendorff_alpha(same, measurement), 1);
    EXPECT_NEAR(krippendorff_alpha(chance, measurement), 0, 0.05);
  }
}

TEST(KrippendorffAlpha, DoesNotDependOnTheOrderOfRatersAndUnits) {
  RatingMatrix ratings = random_ratings(11, 4, 30);
  std::vector<double> before;
  for (const Measurement m : kAll) before.push_back(krippendorff_alpha(ratings, m));
  std::reverse(ratings.begin(), ratings.end());
  for (auto& row : ratings) std::rotate(row.begin(), row.begin() + 7, row.end());
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_NEAR(krippendorff_alpha(ratings, kAll[i]), before[i], 1e-12);
  }
}

TEST(KrippendorffAlpha, OrdinalSeesOnlyTheOrderOfValues) {
  const RatingMatrix ratings = random_ratings(5, 3, 40);
  RatingMatrix stretched = ratings;
  for (auto& row : stretched) {
    for (auto& value : row) {
      if (value) value = std::exp(*value);
    }
  }
  EXPECT_DOUBLE_EQ(krippendorff_alpha(ratings, Measurement::kOrdinal),
                   krippendorff_alpha(stretched, Measurement::kOrdinal));
  EXPECT_NE(krippendorff_alpha(ratings, Measurement::kInterval),
            krippendorff_alpha(stretched, Measurement::kInterval));
}

TEST(KrippendorffAlpha, IsUndefinedWithoutAnythingToDisagreeAbout) {
  EXPECT_TRUE(std::isnan(krippendorff_alpha({}, Measurement::kNominal)));
  EXPECT_TRUE(std::isnan(krippendorff_alpha(matrix({{1, 2, 3}}), Measurement::kOrdinal)));
  EXPECT_TRUE(std::isnan(krippendorff_alpha(matrix({{3, 3}, {3, 3}}), Measurement::kInterval)));
  EXPECT_TRUE(std::isnan(krippendorff_alpha(matrix({{1, 0}, {0, 2}}), Measurement::kNominal)));
  EXPECT_THROW(krippendorff_alpha(matrix({{1, 2}, {1}}), Measurement::kNominal), InternalError);
}

}  // namespace
}  // namespace storyteller::krippendorff_alpha_test
