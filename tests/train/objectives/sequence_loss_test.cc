// The estimators of self-critical training, on a problem whose answers are known by hand: one word
// out of three, rewards 1, .4 and 0, probabilities .5, .3 and .2. The expected reward is .62 and
// its gradient with respect to the logits p_k (r_k - .62).
#include "train/objectives/sequence_loss.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include "core/random_stream.h"

namespace storyteller::sequence_loss_test {
namespace {

constexpr size_t kArms = 3;
using Arms = std::array<double, kArms>;
constexpr Arms kProbability = {0.5, 0.3, 0.2}, kReward = {1, 0.4, 0};

/// Calls use(words, probability) for every way to draw n words.
void for_all_draws(size_t n, const std::function<void(const std::vector<size_t>&, double)>& use) {
  std::vector<size_t> words(n);
  while (true) {
    double probability = 1;
    for (const size_t word : words) probability *= kProbability[word];
    use(words, probability);
    size_t i = 0;
    while (i < n && ++words[i] == kArms) words[i++] = 0;
    if (i == n) return;
  }
}

/// Of the mean of n samples' weighted log-probabilities.
Arms estimate(const std::vector<size_t>& words, Baseline baseline) {
  const size_t n = words.size();
  std::vector<double> reward, log_probability;
  for (const size_t word : words) {
    reward.push_back(kReward[word]);
    log_probability.push_back(std::log(kProbability[word]));
  }
  const std::vector<size_t> lengths(n, 1);
  const std::vector<double> weights = sample_weights({.reward = reward,
                                                      .log_probability = log_probability,
                                                      .words = lengths,
                                                      .greedy_reward = kReward[0]},
                                                     SequenceLoss::kPolicyGradient, baseline);
  Arms gradient{};
  for (size_t i = 0; i < n; ++i) {
    for (size_t k = 0; k < kArms; ++k) {
      const double d_log = (words[i] == k ? 1 : 0) - kProbability[k];
      gradient[k] += weights[i] * d_log / static_cast<double>(n);
    }
  }
  return gradient;
}

struct Moments {
  Arms mean{};
  double variance = 0;  // in all
};

Moments moments(size_t n, Baseline baseline) {
  Moments result;
  double square = 0;
  for_all_draws(n, [&](const std::vector<size_t>& words, double probability) {
    const Arms gradient = estimate(words, baseline);
    for (size_t k = 0; k < kArms; ++k) {
      result.mean[k] += probability * gradient[k];
      square += probability * gradient[k] * gradient[k];
    }
  });
  for (const double mean : result.mean) square -= mean * mean;
  result.variance = square;
  return result;
}

TEST(SequenceLoss, ExpectedPolicyGradientIsThatOfTheExpectedReward) {
  const Arms exact = {0.19, -0.066, -0.124};
  for (const size_t n : {2, 5}) {
    for (const Baseline baseline : {Baseline::kLeaveOneOut, Baseline::kGreedy}) {
      const Moments of = moments(n, baseline);
      for (size_t k = 0; k < kArms; ++k) EXPECT_NEAR(of.mean[k], exact[k], 1e-12);
    }
    // With the own sample in it, the baseline takes 1/n of the gradient away.
    const Moments of = moments(n, Baseline::kMean);
    const double share = static_cast<double>(n - 1) / static_cast<double>(n);
    for (size_t k = 0; k < kArms; ++k) EXPECT_NEAR(of.mean[k], share * exact[k], 1e-12);
  }
}

TEST(SequenceLoss, LeaveOneOutOfFiveVariesLeast) {
  EXPECT_NEAR(moments(5, Baseline::kLeaveOneOut).variance, 0.0195, 5e-5);
  EXPECT_NEAR(moments(5, Baseline::kGreedy).variance, 0.0449, 5e-5);
  EXPECT_NEAR(moments(2, Baseline::kLeaveOneOut).variance, 0.1078, 5e-5);
  EXPECT_NEAR(moments(2, Baseline::kGreedy).variance, 0.1122, 5e-5);
}

TEST(SequenceLoss, BaselinesByHand) {
  const std::vector<double> reward = {3, 1, 2}, log_probability(3);
  const std::vector<size_t> words(3, 4);
  const PictureSamples samples = {reward, log_probability, words, 7};
  EXPECT_EQ(baselines(samples, Baseline::kLeaveOneOut), (std::vector<double>{1.5, 2.5, 2}));
  EXPECT_EQ(baselines(samples, Baseline::kMean), (std::vector<double>{2, 2, 2}));
  EXPECT_EQ(baselines(samples, Baseline::kGreedy), (std::vector<double>{7, 7, 7}));
  const PictureSamples one = {std::span(reward).first(1), std::span(log_probability).first(1),
                              std::span(words).first(1), 7};
  EXPECT_EQ(sample_weights(one, SequenceLoss::kPolicyGradient, Baseline::kLeaveOneOut),
            std::vector<double>{0});
}

// The losses by their definitions.
double softmax_of(const std::vector<double>& x, size_t i) {
  double sum = 0;
  for (const double value : x) sum += std::exp(value);
  return std::exp(x[i]) / sum;
}

double loss(SequenceLoss kind, const std::vector<double>& reward,
            const std::vector<double>& log_probability, const std::vector<size_t>& words) {
  const double high = *std::max_element(reward.begin(), reward.end()),
               low = *std::min_element(reward.begin(), reward.end());
  std::vector<double> cost, score, margin;
  for (size_t i = 0; i < reward.size(); ++i) {
    cost.push_back((high - reward[i]) / (high - low));
    score.push_back(log_probability[i] / static_cast<double>(words[i]));
    margin.push_back(score[i] + cost[i]);
  }
  double risk = 0;
  for (size_t i = 0; i < reward.size(); ++i) risk += softmax_of(score, i) * cost[i];
  const auto best = std::max_element(reward.begin(), reward.end()) - reward.begin();
  return kind == SequenceLoss::kRisk ? risk
                                     : -std::log(softmax_of(margin, static_cast<size_t>(best)));
}

TEST(SequenceLoss, WeightsOfStructureLossesAreTheirDerivatives) {
  const std::vector<double> reward = {0.8, 1.3, 0.1, 1.3}, log_probability = {-9, -12, -4, -15};
  const std::vector<size_t> words = {8, 10, 5, 12};
  for (const SequenceLoss kind : {SequenceLoss::kRisk, SequenceLoss::kSoftmaxMargin}) {
    const std::vector<double> weights =
        sample_weights({reward, log_probability, words, 0}, kind, Baseline::kLeaveOneOut);
    for (size_t i = 0; i < reward.size(); ++i) {
      constexpr double kStep = 1e-5;
      std::vector<double> up = log_probability, down = log_probability;
      up[i] += kStep, down[i] -= kStep;
      const double slope =
          (loss(kind, reward, up, words) - loss(kind, reward, down, words)) / (2 * kStep);
      EXPECT_NEAR(weights[i], -slope, 1e-9) << i;
    }
  }
}

TEST(SequenceLoss, OfEqualRewardsHasNothingToLearnFrom) {
  const std::vector<double> reward(4, 0.7), log_probability = {-9, -12, -4, -15};
  const std::vector<size_t> words(4, 8);
  const PictureSamples samples = {reward, log_probability, words, 0.7};
  for (const Baseline baseline : {Baseline::kLeaveOneOut, Baseline::kGreedy, Baseline::kMean}) {
    for (const double weight : sample_weights(samples, SequenceLoss::kPolicyGradient, baseline)) {
      EXPECT_NEAR(weight, 0, 1e-15);
    }
  }
  for (const double weight : sample_weights(samples, SequenceLoss::kRisk, Baseline::kMean)) {
    EXPECT_NEAR(weight, 0, 1e-15);
  }
}

// Steps along the estimates of drawn tuples end at the best arm.
TEST(SequenceLoss, StepsAlongTheEstimateReachTheBestArm) {
  Arms logits = {-1, 0.5, 1};
  RandomStream random(3, 0);
  double best = 0;
  for (int step = 0; step < 4000; ++step) {
    const std::vector<double> x(logits.begin(), logits.end());
    std::vector<size_t> arms;
    std::vector<double> reward, log_probability;
    for (int n = 0; n < 5; ++n) {
      double u = random.uniform();
      size_t arm = 0;
      while (arm + 1 < kArms && u >= softmax_of(x, arm)) u -= softmax_of(x, arm++);
      arms.push_back(arm);
      reward.push_back(kReward[arm]);
      log_probability.push_back(std::log(softmax_of(x, arm)));
    }
    const std::vector<size_t> words(arms.size(), 1);
    const std::vector<double> weights = sample_weights(
        {reward, log_probability, words, 0}, SequenceLoss::kPolicyGradient, Baseline::kLeaveOneOut);
    for (size_t i = 0; i < arms.size(); ++i) {
      for (size_t k = 0; k < kArms; ++k) {
        logits[k] += 0.05 * weights[i] * ((arms[i] == k ? 1 : 0) - softmax_of(x, k));
      }
    }
    best = softmax_of({logits.begin(), logits.end()}, 0);
  }
  EXPECT_GT(best, 0.98);
}

}  // namespace
}  // namespace storyteller::sequence_loss_test
