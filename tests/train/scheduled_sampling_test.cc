#include "train/scheduled_sampling.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "train/curriculum.h"

namespace storyteller::scheduled_sampling_test {
namespace {

TEST(ScheduledSampling, ClimbsTheStairsOfThePublishedRecipe) {
  const ScheduledSamplingOptions options = {.schedule = SamplingSchedule::kLinear};
  const std::pair<int64_t, double> expected[] = {{0, 0},     {4, 0},     {5, 0.05},  {24, 0.2},
                                                 {25, 0.25}, {26, 0.25}, {100, 0.25}};
  for (const auto& [epoch, p] : expected) {
    EXPECT_DOUBLE_EQ(sampling_probability(options, epoch), p) << epoch;
  }
}

TEST(ScheduledSampling, FollowsBengiosFormulas) {
  ScheduledSamplingOptions options = {.start = 2, .every = 1, .decay = 0.9, .most = 1};
  options.schedule = SamplingSchedule::kExponential;
  for (const int64_t i : {0, 10, 100}) {
    EXPECT_DOUBLE_EQ(sampling_probability(options, 2 + i), 1 - std::pow(0.9, i));
  }
  EXPECT_EQ(sampling_probability(options, 1), 0);
  options.schedule = SamplingSchedule::kInverseSigmoid;
  options.decay = 5;
  EXPECT_DOUBLE_EQ(sampling_probability(options, 2), 1 - 5. / 6);
  EXPECT_DOUBLE_EQ(sampling_probability(options, 12), 1 - 5 / (5 + std::exp(2.)));
  EXPECT_NEAR(sampling_probability(options, 102), 1, 1e-7);
  options.most = 0.5;
  EXPECT_EQ(sampling_probability(options, 102), 0.5);
}

TEST(ScheduledSampling, RefusesADecayThatTheScheduleDoesNotTake) {
  ScheduledSamplingOptions options = {.schedule = SamplingSchedule::kExponential, .decay = 5};
  EXPECT_NE(message_of<UsageError>([&] { check(options); }).find("below 1"), std::string::npos);
  options = {.schedule = SamplingSchedule::kInverseSigmoid, .decay = 0.9};
  EXPECT_NE(message_of<UsageError>([&] { check(options); }).find("at least 1"), std::string::npos);
}

TEST(ScheduledSampling, IsWhatThePhasesSay) {
  TrainOptions options;
  options.epochs = 12;
  options.scheduled_sampling = {.schedule = SamplingSchedule::kLinear, .every = 3};
  options.self_critical.epochs = 2;
  const Curriculum curriculum = make_curriculum(options, {});
  for (int64_t epoch = 0; epoch < 10; ++epoch) {
    EXPECT_DOUBLE_EQ(curriculum.at(epoch).sampling, 0.05 * static_cast<double>(epoch / 3));
  }
  // Rewards are of captions that are the model's own anyway.
  EXPECT_EQ(curriculum.at(10).sampling, 0);
  EXPECT_EQ(curriculum.at(10).objectives, (std::vector<WeightedObjective>{{"self_critical", 1}}));
  options.self_critical.anchor = 0.25;
  EXPECT_EQ(make_curriculum(options, {}).at(11).objectives,
            (std::vector<WeightedObjective>{{"cross_entropy", 0.25}, {"self_critical", 0.75}}));
}

}  // namespace
}  // namespace storyteller::scheduled_sampling_test
