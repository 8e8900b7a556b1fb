#include "train/optimization/schedule.h"

#include <gtest/gtest.h>

#include <cmath>

namespace storyteller::schedule_test {
namespace {

TEST(Schedule, ConstantStaysOne) {
  for (const int64_t step : {0, 1, 999, 5000}) {
    EXPECT_EQ(learning_rate_factor({.kind = ScheduleKind::kConstant}, step, 1000, 10), 1);
  }
}

TEST(Schedule, CosineFallsFromOneToTheFloor) {
  const ScheduleOptions options{.kind = ScheduleKind::kCosine, .floor = 0.1};
  EXPECT_EQ(learning_rate_factor(options, 0, 100, 10), 1);
  EXPECT_NEAR(learning_rate_factor(options, 50, 100, 10), 0.55, 1e-12);
  EXPECT_NEAR(learning_rate_factor(options, 25, 100, 10), 0.1 + 0.9 * (1 + std::sqrt(0.5)) / 2,
              1e-12);
  EXPECT_NEAR(learning_rate_factor(options, 100, 100, 10), 0.1, 1e-12);
  EXPECT_NEAR(learning_rate_factor(options, 250, 100, 10), 0.1, 1e-12) << "beyond the end";
  double last = 2;
  for (int64_t step = 0; step <= 100; ++step) {
    const double factor = learning_rate_factor(options, step, 100, 10);
    EXPECT_LT(factor, last);
    last = factor;
  }
}

TEST(Schedule, StepDropsEveryFewEpochs) {
  const ScheduleOptions options{.kind = ScheduleKind::kStep, .decay = 0.5, .decay_epochs = 3};
  EXPECT_EQ(learning_rate_factor(options, 29, 1000, 10), 1);
  EXPECT_EQ(learning_rate_factor(options, 30, 1000, 10), 0.5);
  EXPECT_EQ(learning_rate_factor(options, 59, 1000, 10), 0.5);
  EXPECT_EQ(learning_rate_factor(options, 60, 1000, 10), 0.25);
}

TEST(Schedule, WarmUpRisesLinearlyAndIsNeverZero) {
  const ScheduleOptions options{.kind = ScheduleKind::kConstant, .warmup_steps = 4};
  for (int64_t step = 0; step < 4; ++step) {
    EXPECT_DOUBLE_EQ(learning_rate_factor(options, step, 100, 10),
                     static_cast<double>(step + 1) / 5);
  }
  EXPECT_EQ(learning_rate_factor(options, 4, 100, 10), 1);
}

TEST(Schedule, WarmUpMultipliesTheCosine) {
  const ScheduleOptions cosine{.kind = ScheduleKind::kCosine, .floor = 0.1};
  ScheduleOptions both = cosine;
  both.warmup_steps = 9;
  for (int64_t step = 0; step < 20; ++step) {
    const double rise = step < 9 ? static_cast<double>(step + 1) / 10 : 1;
    EXPECT_DOUBLE_EQ(learning_rate_factor(both, step, 20, 5),
                     rise * learning_rate_factor(cosine, step, 20, 5));
  }
}

}  // namespace
}  // namespace storyteller::schedule_test
