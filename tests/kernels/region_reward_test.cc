// That what is learned from draws is what all draws together teach, and what becomes of the
// baseline; the op case holds value and gradient to their formulas.
#include "kernels/region_reward.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "tests/kernels/kernel_test.h"

namespace storyteller::region_reward_test {
namespace {

using State = RegionRewardState;

// Three captions of two, two and one words; the last one does not count.
constexpr int64_t kRegions = 3, kRows = 5, kCaptions = 3, kSteps = 2, kDraws = 243;
constexpr int64_t kOffset[] = {0, 3, 5};
constexpr int32_t kTargets[] = {0, 0, -1, 0, 0};
constexpr double kRewardWeight = 0.7, kEntropyWeight = 0.3, kNormaliser = 4, kSlope = 1.5;

std::vector<double> softmax(const std::vector<double>& scores) {
  std::vector<double> alpha;
  for (int64_t n = 0; n < kRows; ++n) {
    double sum = 0;
    for (int64_t l = 0; l < kRegions; ++l) sum += std::exp(scores[n * kRegions + l]);
    for (int64_t l = 0; l < kRegions; ++l) {
      alpha.push_back(std::exp(scores[n * kRegions + l]) / sum);
    }
  }
  return alpha;
}

/// The d-th of all ways to draw a region for each row.
std::vector<int64_t> regions_of(int64_t d) {
  std::vector<int64_t> regions;
  for (int64_t n = 0; n < kRows; ++n, d /= kRegions) regions.push_back(d % kRegions);
  return regions;
}
double probability(const std::vector<double>& alpha, const std::vector<int64_t>& regions) {
  double product = 1;
  for (int64_t n = 0; n < kRows; ++n) product *= alpha[n * kRegions + regions[n]];
  return product;
}

/// Losses of the words; that of a caption's second depends on what its first looked at.
std::vector<double> losses_of(const std::vector<int64_t>& regions) {
  const auto table = random_values<double>(5, 100);
  std::vector<double> losses;
  for (int64_t n = 0; n < kRows; ++n) {
    const int64_t before = n < kOffset[1] ? 0 : regions[n - kOffset[1]];
    losses.push_back(2 + table[n * 9 + before * 3 + regions[n]]);
  }
  return losses;
}

/// What is to become small: over all draws, the mean of the captions' losses a word, less entropy.
double expected_loss(const std::vector<double>& scores) {
  const std::vector<double> alpha = softmax(scores);
  double loss = 0;
  for (int64_t d = 0; d < kDraws; ++d) {
    const auto regions = regions_of(d);
    const auto losses = losses_of(regions);
    loss += probability(alpha, regions) * kRewardWeight *
            ((losses[0] + losses[3]) / 2 + (losses[1] + losses[4]) / 2);
  }
  for (int64_t n = 0; n < kRows; ++n) {
    for (int64_t l = n * kRegions; l < (n + 1) * kRegions && kTargets[n] >= 0; ++l) {
      loss += kEntropyWeight * alpha[l] * std::log(alpha[l]);
    }
  }
  return kSlope * loss / kNormaliser;
}

struct Gradient {
  std::vector<double> of_scores, size;  ///< and the mean of its squares
};

/// The gradient of the scores that the kernel gives, in the mean over all draws.
Gradient expected_gradient(const std::vector<double>& scores, double baseline) {
  const std::vector<double> alpha = softmax(scores);
  Gradient gradient{std::vector<double>(kRows * kRegions), std::vector<double>(kRows * kRegions)};
  for (int64_t d = 0; d < kDraws; ++d) {
    const auto regions = regions_of(d);
    const auto losses = losses_of(regions);
    std::vector<double> drawn(alpha.size()), advantage(kCaptions), dalpha(alpha.size());
    for (int64_t n = 0; n < kRows; ++n) drawn[n * kRegions + regions[n]] = 1;
    std::vector<double> state = {baseline, 0, 0, 3, 1};
    double value = 0;
    region_reward_forward(test_cpu(), RegionRewardForward<double>{.loss = losses.data(),
                                                                  .target = kTargets,
                                                                  .alpha = alpha.data(),
                                                                  .drawn = drawn.data(),
                                                                  .offset = kOffset,
                                                                  .state = state.data(),
                                                                  .advantage = advantage.data(),
                                                                  .value = &value,
                                                                  .steps = kSteps,
                                                                  .B = kCaptions,
                                                                  .L = kRegions,
                                                                  .step = 2,
                                                                  .reward_weight = kRewardWeight,
                                                                  .entropy_weight = kEntropyWeight,
                                                                  .normaliser = kNormaliser});
    region_reward_backward(test_cpu(),
                           RegionRewardBackward<double>{.target = kTargets,
                                                        .alpha = alpha.data(),
                                                        .drawn = drawn.data(),
                                                        .offset = kOffset,
                                                        .advantage = advantage.data(),
                                                        .dvalue = &kSlope,
                                                        .dalpha = dalpha.data(),
                                                        .steps = kSteps,
                                                        .B = kCaptions,
                                                        .L = kRegions,
                                                        .reward_weight = kRewardWeight,
                                                        .entropy_weight = kEntropyWeight,
                                                        .normaliser = kNormaliser});
    const double p = probability(alpha, regions);
    for (int64_t n = 0; n < kRows; ++n) {
      double mean = 0;
      for (int64_t l = n * kRegions; l < (n + 1) * kRegions; ++l) mean += alpha[l] * dalpha[l];
      for (int64_t l = n * kRegions; l < (n + 1) * kRegions; ++l) {
        const double de = alpha[l] * (dalpha[l] - mean);
        gradient.of_scores[l] += p * de;
        gradient.size[l] += p * de * de;
      }
    }
  }
  return gradient;
}

TEST(RegionReward, InTheMeanOverAllDrawsItIsTheGradientOfTheExpectedLossWhateverTheBaseline) {
  const auto scores = random_values<double>(1, kRows * kRegions);
  const Gradient plain = expected_gradient(scores, 0);
  for (size_t i = 0; i < scores.size(); ++i) {
    constexpr double kStep = 1e-5;
    auto more = scores, less = scores;
    more[i] += kStep;
    less[i] -= kStep;
    const double wanted = (expected_loss(more) - expected_loss(less)) / (2 * kStep);
    for (const double baseline : {0.0, -2.0, 5.0}) {
      EXPECT_NEAR(expected_gradient(scores, baseline).of_scores[i], wanted, 1e-8)
          << "score " << i << ", baseline " << baseline;
    }
    const bool counts = kTargets[i / kRegions] >= 0;
    EXPECT_EQ(plain.of_scores[i] != 0, counts) << "score " << i;
    // What a baseline is for: rewards are about -2.
    if (counts) {
      EXPECT_LT(expected_gradient(scores, -2).size[i], 0.5 * plain.size[i]);
    }
  }
}

/// A call with captions of one word; the loss of each is the negative of its reward.
struct Step {
  std::vector<double> state = std::vector<double>(State::kSize, 0);
  std::vector<double> advantages(const std::vector<double>& rewards, int64_t step) {
    const auto B = static_cast<int64_t>(rewards.size());
    const int64_t offset[] = {0, B};
    const std::vector<int32_t> target(rewards.size(), 0);
    const std::vector<double> ones(rewards.size(), 1);
    std::vector<double> loss, advantage(rewards.size());
    for (const double reward : rewards) loss.push_back(-reward);
    double value = 0;
    region_reward_forward(test_cpu(), RegionRewardForward<double>{.loss = loss.data(),
                                                                  .target = target.data(),
                                                                  .alpha = ones.data(),
                                                                  .drawn = ones.data(),
                                                                  .offset = offset,
                                                                  .state = state.data(),
                                                                  .advantage = advantage.data(),
                                                                  .value = &value,
                                                                  .steps = 1,
                                                                  .B = B,
                                                                  .L = 1,
                                                                  .step = step,
                                                                  .reward_weight = 1,
                                                                  .entropy_weight = 0,
                                                                  .normaliser = 1});
    return advantage;
  }
};

TEST(RegionReward, TheBaselineIsMadeOfTheStepsBefore) {
  using Values = std::vector<double>;
  Step run;
  // The first step has nothing before it: each of its calls takes the mean of its own.
  EXPECT_EQ(run.advantages({-1, -3}, 0), Values({1, -1}));
  EXPECT_EQ(run.advantages({-6}, 0), Values({0}));
  // Afterwards the mean of the first, -10/3, in every call of the step.
  const Values second = run.advantages({-1}, 1), third = run.advantages({-4, 0}, 1);
  EXPECT_NEAR(second[0], -1 + 10.0 / 3, 1e-12);
  EXPECT_NEAR(third[0], -4 + 10.0 / 3, 1e-12);
  EXPECT_NEAR(third[1], 10.0 / 3, 1e-12);
  // Then it moves by a tenth, also over steps that drew nothing.
  const double moved = 0.9 * (-10.0 / 3) + 0.1 * (-5.0 / 3);
  EXPECT_NEAR(run.advantages({-2}, 7)[0], -2 - moved, 1e-12);
  EXPECT_NEAR(run.advantages({-1}, 8)[0], -1 - (0.9 * moved - 0.2), 1e-12);
}

}  // namespace
}  // namespace storyteller::region_reward_test
