#include "train/objectives/sequence_loss.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/error.h"

namespace storyteller {
namespace {

double mean(std::span<const double> x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

std::vector<double> softmax(std::vector<double> x) {
  const double top = std::ranges::max(x);
  double sum = 0;
  for (double& value : x) sum += value = std::exp(value - top);
  for (double& value : x) value /= sum;
  return x;
}

std::vector<double> scores(const PictureSamples& samples) {
  std::vector<double> s(samples.reward.size());
  for (size_t i = 0; i < s.size(); ++i) {
    s[i] = samples.log_probability[i] / static_cast<double>(samples.words[i]);
  }
  return s;
}

std::vector<double> costs(std::span<const double> reward) {
  const auto [low, high] = std::ranges::minmax(reward);
  std::vector<double> c(reward.size());
  if (high == low) return c;
  for (size_t i = 0; i < c.size(); ++i) c[i] = (high - reward[i]) / (high - low);
  return c;
}

std::vector<double> risk_weights(const PictureSamples& samples) {
  const std::vector<double> q = softmax(scores(samples)), c = costs(samples.reward);
  const double expected = std::inner_product(q.begin(), q.end(), c.begin(), 0.0);
  std::vector<double> weights(q.size());
  for (size_t i = 0; i < q.size(); ++i) {
    weights[i] = q[i] * (expected - c[i]) / static_cast<double>(samples.words[i]);
  }
  return weights;
}

std::vector<double> softmax_margin_weights(const PictureSamples& samples) {
  const std::vector<double> c = costs(samples.reward);
  std::vector<double> margin = scores(samples);
  for (size_t i = 0; i < margin.size(); ++i) margin[i] += c[i];
  const std::vector<double> q = softmax(margin);
  const auto best = std::ranges::max_element(samples.reward) - samples.reward.begin();
  std::vector<double> weights(q.size());
  for (size_t i = 0; i < q.size(); ++i) {
    const double target = std::cmp_equal(i, best) ? 1 : 0;
    weights[i] = (target - q[i]) / static_cast<double>(samples.words[i]);
  }
  return weights;
}

}  // namespace

std::vector<double> baselines(const PictureSamples& samples, Baseline baseline) {
  const std::span<const double> reward = samples.reward;
  const auto n = static_cast<double>(reward.size());
  if (baseline == Baseline::kGreedy) return std::vector(reward.size(), samples.greedy_reward);
  std::vector<double> b(reward.size(), mean(reward));
  if (baseline == Baseline::kMean || reward.size() == 1) return b;
  for (size_t i = 0; i < b.size(); ++i) b[i] = (n * b[i] - reward[i]) / (n - 1);
  return b;
}

std::vector<double> sample_weights(const PictureSamples& samples, SequenceLoss loss,
                                   Baseline baseline) {
  switch (loss) {
    case SequenceLoss::kPolicyGradient:
    case SequenceLoss::kProximal: {
      std::vector<double> weights = baselines(samples, baseline);
      for (size_t i = 0; i < weights.size(); ++i) weights[i] = samples.reward[i] - weights[i];
      return weights;
    }
    case SequenceLoss::kRisk:
      return risk_weights(samples);
    case SequenceLoss::kSoftmaxMargin:
      return softmax_margin_weights(samples);
  }
  throw InternalError("sample_weights: no such loss");
}

}  // namespace storyteller
