#include "train/rating/rating_analysis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random_stream.h"
#include "train/rating/krippendorff_alpha.h"
#include "train/rating/sign_test.h"

namespace storyteller::rating_analysis_test {
namespace {

/// `images` images of systems "good", "bad" and "human", and one duplicate of every tenth item.
RatingSheet sheet_of(size_t images) {
  RatingSheet sheet{.id = "s", .scales = {"quality"}, .systems = {"good", "bad", "human"}};
  sheet.control = 2;
  for (size_t i = 0; i < images; ++i) {
    for (size_t s = 0; s < 3; ++s) {
      sheet.items.push_back({.image = std::to_string(i), .caption = "x", .systems = {s}});
    }
  }
  for (size_t i = 0; i < 3 * images; i += 10) {
    sheet.items.push_back(sheet.items[i]);
    sheet.items.back().duplicate_of = i;
  }
  return sheet;
}

int clamped(double value) { return static_cast<int>(std::clamp(std::round(value), 1.0, 5.0)); }

/// A rater who sees quality 4, 2 and 4.6 through noise.
Ratings rater_of(const RatingSheet& sheet, const std::string& name, uint64_t seed, double noise) {
  constexpr double kQuality[] = {4, 2, 4.6};
  RandomStream random(seed, 0);
  Ratings ratings{.rater = name, .scores = {{}}, .seconds = {}};
  for (const RatingItem& item : sheet.items) {
    const double wobble = noise * (random.uniform() + random.uniform() - 1);
    ratings.scores[0].push_back(clamped(kQuality[item.systems[0]] + wobble));
    ratings.seconds.push_back(2.0 + static_cast<double>(ratings.seconds.size() % 3));
    ++ratings.rated;
  }
  return ratings;
}

constexpr RatingAnalysisOptions kQuick{.samples = 300, .seed = 1};

TEST(RatingAnalysis, FindsWhatRatersMeant) {
  const RatingSheet sheet = sheet_of(60);
  const std::vector<Ratings> ratings{rater_of(sheet, "A", 1, 1.5), rater_of(sheet, "B", 2, 1.5)};
  const RatingAnalysis analysis = analyse_ratings(sheet, ratings, {}, kQuick);
  const ScaleAnalysis& scale = analysis.scales.at(0);
  double expected = 0;
  for (size_t i = 0; i < 180; i += 3) {
    expected += (*ratings[0].scores[0][i] + *ratings[1].scores[0][i]) / 2.0 / 60;
  }
  EXPECT_NEAR(scale.systems[0].mean.value, expected, 1e-12) << "duplicates do not count";
  EXPECT_EQ(scale.systems[0].captions, 60U);
  EXPECT_EQ(scale.systems[0].ratings, 120U);
  for (const auto& system : scale.systems) {
    EXPECT_LT(system.mean.interval.low, system.mean.value);
    EXPECT_GT(system.mean.interval.high, system.mean.value);
    EXPECT_LT(system.strength.interval.low, system.strength.value);
    EXPECT_GT(system.strength.interval.high, system.strength.value);
  }
  EXPECT_GT(scale.systems[0].mean.interval.low, scale.systems[1].mean.interval.high);
  EXPECT_GT(scale.systems[2].strength.value, scale.systems[0].strength.value);
  EXPECT_GT(scale.systems[0].strength.value, scale.systems[1].strength.value + 2);
  EXPECT_GT(scale.alpha_ordinal.value, 0.6);
  EXPECT_LT(scale.alpha_nominal, scale.alpha_interval);
  ASSERT_EQ(scale.rater_pairs.size(), 1U);
  EXPECT_EQ(scale.rater_pairs[0].captions, 180U);
  EXPECT_GT(scale.rater_pairs[0].quadratic, scale.rater_pairs[0].linear);
  ASSERT_EQ(scale.system_pairs.size(), 3U);
  const auto& good_bad = scale.system_pairs[0];
  EXPECT_EQ(good_bad.a_better + good_bad.b_better + good_bad.ties, 60);
  EXPECT_GT(good_bad.a_better, 50);
  EXPECT_DOUBLE_EQ(good_bad.p, sign_test(good_bad.a_better, good_bad.b_better));
  EXPECT_GE(good_bad.p_adjusted, good_bad.p);
}

TEST(RatingAnalysis, IsAFunctionOfTheSeedAndNotOfTheOrderOfRaters) {
  const RatingSheet sheet = sheet_of(20);
  std::vector<Ratings> ratings{rater_of(sheet, "A", 1, 3), rater_of(sheet, "B", 2, 3)};
  const auto once = analyse_ratings(sheet, ratings, {}, kQuick).scales[0];
  const auto again = analyse_ratings(sheet, ratings, {}, kQuick).scales[0];
  EXPECT_EQ(once.systems[0].mean.interval.low, again.systems[0].mean.interval.low);
  std::reverse(ratings.begin(), ratings.end());
  const auto swapped = analyse_ratings(sheet, ratings, {}, kQuick).scales[0];
  EXPECT_NEAR(once.alpha_ordinal.value, swapped.alpha_ordinal.value, 1e-12);
  EXPECT_NEAR(once.systems[1].strength.interval.high, swapped.systems[1].strength.interval.high,
              1e-9);
}

TEST(RatingAnalysis, CountsPartialRatings) {
  const RatingSheet sheet = sheet_of(10);
  std::vector<Ratings> ratings{rater_of(sheet, "A", 1, 1), rater_of(sheet, "B", 2, 1)};
  for (size_t i = 15; i < sheet.items.size(); ++i) ratings[1].scores[0][i].reset();
  for (size_t i = 0; i < sheet.items.size(); ++i) {
    if (sheet.items[i].systems[0] == 1) ratings[0].scores[0][i].reset();
  }
  const ScaleAnalysis scale = analyse_ratings(sheet, ratings, {}, kQuick).scales[0];
  EXPECT_EQ(scale.systems[0].captions, 10U);
  EXPECT_EQ(scale.systems[0].ratings, 15U);
  EXPECT_EQ(scale.systems[1].captions, 5U);
  EXPECT_EQ(scale.rater_pairs[0].captions, 10U);
}

TEST(RatingAnalysis, LeavesUndefinedWhatNobodyRated) {
  const RatingSheet sheet = sheet_of(5);
  Ratings nothing = rater_of(sheet, "A", 1, 1);
  for (auto& score : nothing.scores[0]) score.reset();
  const RatingAnalysis analysis = analyse_ratings(sheet, {nothing}, {}, kQuick);
  EXPECT_TRUE(std::isnan(analysis.scales[0].systems[0].mean.value));
  EXPECT_TRUE(std::isnan(analysis.scales[0].systems[0].strength.value));
  EXPECT_TRUE(std::isnan(analysis.scales[0].alpha_ordinal.interval.low));
  EXPECT_EQ(analysis.scales[0].system_pairs[0].p, 1);
  EXPECT_TRUE(std::isnan(analysis.raters[0].scales[0].mean));
}

TEST(RatingAnalysis, CreditsAMergedCaptionToAllWhoSaidIt) {
  RatingSheet sheet{.id = "s", .scales = {"quality"}, .systems = {"a", "b"}};
  sheet.items = {{.image = "1", .caption = "x", .systems = {0, 1}},
                 {.image = "2", .caption = "x", .systems = {0}},
                 {.image = "2", .caption = "y", .systems = {1}}};
  const Ratings ratings{.rater = "A", .scores = {{5, 4, 2}}, .seconds = {1, 1, 1}, .rated = 3};
  const ScaleAnalysis scale = analyse_ratings(sheet, {ratings}, {}, kQuick).scales[0];
  EXPECT_DOUBLE_EQ(scale.systems[0].mean.value, 4.5);
  EXPECT_DOUBLE_EQ(scale.systems[1].mean.value, 3.5);
  EXPECT_EQ(scale.system_pairs[0].ties, 1);
  EXPECT_EQ(scale.system_pairs[0].a_better, 1);
  // 1 + 1/2 + a prior of 1/2 against 1/2 + 1/2.
  EXPECT_NEAR(scale.systems[0].strength.value - scale.systems[1].strength.value, std::log(2.0),
              1e-9);
}

TEST(RatingAnalysis, ComparesMetricsWithPeople) {
  const RatingSheet sheet = sheet_of(40);
  const Ratings ratings = rater_of(sheet, "A", 1, 2);
  ImageScores good{.metrics = {"oracle", "noise"}, .values = {}}, bad = good;
  RandomStream random(3, 0);
  for (size_t i = 0; i < 120; ++i) {
    const RatingItem& item = sheet.items[i];
    if (item.systems[0] == 2) continue;
    (item.systems[0] == 0 ? good : bad).values[item.image] = {
        static_cast<double>(*ratings.scores[0][i]), random.uniform()};
  }
  good.values.erase("7");
  const auto scale =
      analyse_ratings(sheet, {ratings}, {{"good", good}, {"bad", bad}}, kQuick).scales[0];
  ASSERT_EQ(scale.metrics.size(), 2U);
  EXPECT_EQ(scale.metrics[0].name, "oracle");
  EXPECT_EQ(scale.metrics[0].captions, 79U);
  EXPECT_DOUBLE_EQ(scale.metrics[0].tau.value, 1);
  EXPECT_NEAR(scale.metrics[1].tau.value, 0, 0.25);
  EXPECT_LT(scale.metrics[1].tau.interval.low, 0);
  EXPECT_GT(scale.metrics[1].tau.interval.high, 0);
  EXPECT_THROW(analyse_ratings(sheet, {ratings}, {{"goood", good}}, kQuick), UsageError);
}

TEST(RatingAnalysis, WatchesTheRaters) {
  RatingSheet sheet = sheet_of(4);  // items 0 and 10 come again, as 12 and 13
  Ratings ratings{.rater = "A", .scores = {{}}, .seconds = {}, .rated = 14};
  ratings.scores[0] = {4, 2, 5, 4, 2, 5, 4, 2, 5, 4, 1, 4, /*again*/ 4, 3};
  ratings.seconds = {9, 1, 5, std::nullopt};
  ratings.seconds.resize(14, std::nullopt);
  const RaterAnalysis rater = analyse_ratings(sheet, {ratings}, {}, kQuick).raters.at(0);
  EXPECT_EQ(rater.rated, 14U);
  EXPECT_EQ(rater.median_seconds, 5);
  EXPECT_EQ(rater.scales[0].duplicates, 2U);
  EXPECT_DOUBLE_EQ(rater.scales[0].equal, 0.5);
  EXPECT_DOUBLE_EQ(rater.scales[0].difference, 1);
  EXPECT_DOUBLE_EQ(rater.scales[0].control, 4.75);
  EXPECT_DOUBLE_EQ(rater.scales[0].others, (16.0 + 7) / 8);
  EXPECT_DOUBLE_EQ(rater.scales[0].mean, 42.0 / 12);
}

}  // namespace
}  // namespace storyteller::rating_analysis_test
