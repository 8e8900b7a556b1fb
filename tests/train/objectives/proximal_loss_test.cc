// The clipped loss and its gradient are those of the definition, by finite differences; and it does
// on a bandit what it is for.
#include "train/objectives/proximal_loss.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace storyteller::proximal_loss_test {
namespace {

constexpr double kClip = 0.2;

TEST(ProximalLoss, WeightIsTheDerivativeByTheLogProbability) {
  for (const double advantage : {-1.5, -0.1, 0.0, 0.1, 1.5}) {
    for (const double log_ratio : {-1.0, -0.3, -0.1, 0.0, 0.1, 0.3, 1.0}) {
      constexpr double kStep = 1e-6;
      const auto loss = [&](double x) { return proximal_loss_of(advantage, std::exp(x), kClip); };
      const double slope = (loss(log_ratio + kStep) - loss(log_ratio - kStep)) / (2 * kStep);
      EXPECT_NEAR(-proximal_weight(advantage, std::exp(log_ratio), kClip), slope, 1e-8)
          << advantage << " " << log_ratio;
    }
  }
}

TEST(ProximalLoss, ClippingStopsWhatWentFarEnoughAndNothingElse) {
  EXPECT_EQ(proximal_weight(2, 1, kClip), 2);
  EXPECT_EQ(proximal_weight(2, 1.3, kClip), 0);    // good, and already likelier
  EXPECT_EQ(proximal_weight(2, 0.5, kClip), 1);    // good, but less likely: it comes back
  EXPECT_EQ(proximal_weight(-2, 0.7, kClip), 0);   // bad, and already less likely
  EXPECT_EQ(proximal_weight(-2, 1.5, kClip), -3);  // bad, but likelier: it comes back
}

using Logits = std::vector<double>;
constexpr int64_t kRows = 4, kWords = 3;
const std::vector<int32_t> kTargets = {0, 2, 1, 0};
const std::vector<double> kAdvantage = {1.2, -0.7, 0.4, -0.9};

Tensor rows_of(const Logits& logits) {
  return Tensor::from({std::ssize(logits) / kWords, kWords}, logits);
}
Tensor targets() { return Tensor::from({kRows}, kTargets); }

std::vector<double> softmax(const Logits& logits, int64_t row) {
  std::vector<double> p(kWords);
  double sum = 0;
  for (int64_t v = 0; v < kWords; ++v) {
    const auto i = static_cast<size_t>(v);
    sum += p[i] = std::exp(logits[static_cast<size_t>(row * kWords + v)]);
  }
  for (double& value : p) value /= sum;
  return p;
}

/// Divided by the number of rows.
double definition(const Logits& logits, const Logits& reference, const ProximalOptions& options) {
  double loss = 0;
  for (int64_t n = 0; n < kRows; ++n) {
    const std::vector<double> p = softmax(logits, n), q = softmax(reference, n);
    const auto row = static_cast<size_t>(n);
    const auto word = static_cast<size_t>(kTargets[row]);
    loss += proximal_loss_of(kAdvantage[row], p[word] / q[word], options.clip);
    for (size_t v = 0; v < p.size(); ++v) {
      loss += options.divergence * q[v] * std::log(q[v] / p[v]);
    }
  }
  return loss / kRows;
}

std::vector<double> gradient(const Logits& logits, const Logits& reference,
                             const ProximalOptions& options) {
  Tape tape(Tape::Mode::kTrain);
  GradientSlot slot;
  slot.shape = {kRows, kWords}, slot.dtype = DType::kFloat64;
  const Var x(rows_of(logits), &slot);
  const ProximalTerms terms =
      proximal_loss(tape, x, targets(), kAdvantage,
                    word_reference(rows_of(reference), targets(), kWords, options.divergence > 0),
                    options, kRows, kWords);
  std::vector<Var> losses = {terms.surrogate};
  if (terms.divergence) losses.push_back(scale(tape, terms.divergence, options.divergence));
  tape.backward(losses);
  return slot.gradient.to_host<double>();
}

TEST(ProximalLoss, GradientIsThatOfTheDefinition) {
  const Logits logits = {0.3, -0.2, 0.8, 0.1, 0.5, -0.4, 1.1, 0.2, -0.6, -0.3, 0.7, 0.4};
  Logits near = logits, far = logits;
  for (size_t i = 0; i < logits.size(); ++i) {
    near[i] += 0.02 * std::sin(static_cast<double>(i));
    far[i] += 0.9 * std::cos(static_cast<double>(3 * i));
  }
  for (const Logits& reference : {logits, near, far}) {
    for (const double divergence : {0.0, 0.5}) {
      const ProximalOptions options = {.clip = kClip, .divergence = divergence};
      const std::vector<double> got = gradient(logits, reference, options);
      for (size_t i = 0; i < logits.size(); ++i) {
        constexpr double kStep = 1e-6;
        Logits more = logits, less = logits;
        more[i] += kStep, less[i] -= kStep;
        const double slope =
            (definition(more, reference, options) - definition(less, reference, options)) /
            (2 * kStep);
        EXPECT_NEAR(got[i], slope, 1e-8) << i << " " << divergence;
      }
    }
  }
}

TEST(ProximalLoss, CountsHowFarItWent) {
  const Logits uniform(kRows * kWords, 0);
  Logits likelier = uniform;
  likelier[0] = 1;  // the word of row 0, which was good
  Tape tape(Tape::Mode::kInfer);
  const ProximalTerms terms =
      proximal_loss(tape, Var(rows_of(likelier)), targets(), kAdvantage,
                    word_reference(rows_of(uniform), targets(), kWords, true), {}, kRows, kWords);
  EXPECT_EQ(terms.clipped, 1);
  EXPECT_NEAR(terms.log_ratios, std::log(3 * std::exp(1) / (std::exp(1) + 2)), 1e-12);
}

/// One word out of three with rewards 1, .4 and 0: probabilities after steps along the expected
/// gradient, compared with the first policy, or with that of every fourth step.
std::vector<double> learn(bool renew) {
  constexpr std::array<double, kWords> kReward = {1, 0.4, 0};
  Logits policy = {0, 0, 0}, old = policy;
  const Tensor arms = Tensor::from({kWords}, std::vector<int32_t>{0, 1, 2});
  const auto three = [](const Logits& row) {
    Logits rows;
    for (int64_t n = 0; n < kWords; ++n) rows.insert(rows.end(), row.begin(), row.end());
    return rows_of(rows);
  };
  for (int step = 0; step < 400; ++step) {
    if (renew && step % 4 == 0) old = policy;
    const std::vector<double> p = softmax(old, 0);
    double expected = 0;
    for (size_t k = 0; k < p.size(); ++k) expected += p[k] * kReward[k];
    std::vector<double> advantage;
    for (size_t k = 0; k < p.size(); ++k) advantage.push_back(p[k] * (kReward[k] - expected));
    Tape tape(Tape::Mode::kTrain);
    GradientSlot slot;
    slot.shape = {kWords, kWords}, slot.dtype = DType::kFloat64;
    const ProximalTerms terms = proximal_loss(tape, Var(three(policy), &slot), arms, advantage,
                                              word_reference(three(old), arms, kWords, false),
                                              {.clip = kClip, .divergence = 0}, 1, kWords);
    tape.backward({terms.surrogate});
    const std::vector<double> d = slot.gradient.to_host<double>();
    for (size_t i = 0; i < d.size(); ++i) policy[i % kWords] -= 0.5 * d[i];
  }
  return softmax(policy, 0);
}

TEST(ProximalLoss, ABanditStaysNearAFixedPolicyAndFindsTheBestWordFromOneThatFollows) {
  const std::vector<double> fixed = learn(false), following = learn(true);
  EXPECT_GT(fixed[0], 1.15 / 3);
  EXPECT_LT(fixed[0], 1.5 / 3);
  EXPECT_GT(following[0], 0.95);
}

}  // namespace
}  // namespace storyteller::proximal_loss_test
