#include "train/confidence/reliability.h"

#include <gtest/gtest.h>

namespace storyteller::reliability_test {
namespace {

TEST(Reliability, AurocCountsTiesHalf) {
  EXPECT_DOUBLE_EQ(*auroc({{0.1, false}, {0.4, true}, {0.35, false}, {0.8, true}}), 1);
  EXPECT_DOUBLE_EQ(*auroc({{0.1, true}, {0.4, false}}), 0);
  EXPECT_DOUBLE_EQ(*auroc({{0.5, true}, {0.5, false}}), 0.5);
  EXPECT_DOUBLE_EQ(*auroc({{0.1, false}, {0.5, true}, {0.5, false}, {0.9, true}}), 0.875);
  EXPECT_FALSE(auroc({{0.5, true}}).has_value());
}

TEST(Reliability, BinsOfEqualMass) {
  std::vector<Forecast> forecasts;
  for (int i = 0; i < 20; ++i) forecasts.push_back({0.05 * i, i % 2 == 0});
  const auto bins = reliability(forecasts, 10);
  ASSERT_EQ(bins.size(), 10U);
  EXPECT_EQ(bins[3].count, 2U);
  EXPECT_NEAR(bins[3].said, 0.05 * 6.5, 1e-12);
  EXPECT_DOUBLE_EQ(bins[3].right, 0.5);
  double expected = 0;
  for (const ReliabilityBin& bin : bins) expected += std::abs(bin.said - 0.5) / 10;
  EXPECT_NEAR(calibration_error(bins), expected, 1e-12);
  EXPECT_EQ(reliability({{0.5, true}}, 10).size(), 1U);
  EXPECT_EQ(calibration_error({}), 0);
}

TEST(Reliability, SureFromTheLowestCutThatHolds) {
  // From the top: right x 4, wrong, right, wrong, wrong.
  const std::vector<Forecast> forecasts = {{0.9, true},  {0.8, true}, {0.7, true},  {0.6, true},
                                           {0.5, false}, {0.4, true}, {0.3, false}, {0.2, false}};
  EXPECT_DOUBLE_EQ(*sure_cut_off(forecasts, 0.8, 1), 0.4);  // 5 of 6
  EXPECT_DOUBLE_EQ(*sure_cut_off(forecasts, 0.95, 1), 0.6);
  EXPECT_FALSE(sure_cut_off(forecasts, 0.95, 5).has_value());
  // Equal ones are on one side: 4 of 5.
  EXPECT_FALSE(sure_cut_off({{0.9, true}, {0.9, false}}, 0.9, 1).has_value());
}

TEST(Reliability, UnsureBelowTheHighestCutThatHolds) {
  const std::vector<Forecast> forecasts = {
      {0.1, false}, {0.2, true}, {0.3, false}, {0.4, true}, {0.5, true}};
  EXPECT_DOUBLE_EQ(unsure_cut_off(forecasts, 0.5), 0.5);  // 2 of 4 below it
  EXPECT_DOUBLE_EQ(unsure_cut_off(forecasts, 0.4), 0.4);
  EXPECT_DOUBLE_EQ(unsure_cut_off({{0.1, true}, {0.2, true}}, 0.5), 0);
}

TEST(Reliability, TalliesByGrade) {
  GradeTallies tallies;
  tallies.add(Grade::kSure, true);
  tallies.add(Grade::kSure, false);
  tallies.add(Grade::kUnsure, false);
  EXPECT_EQ(tallies.captions(), 3U);
  EXPECT_DOUBLE_EQ(*tallies.of(Grade::kSure).precision(), 0.5);
  EXPECT_FALSE(tallies.of(Grade::kLikely).precision().has_value());
}

}  // namespace
}  // namespace storyteller::reliability_test
