#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace storyteller {

/// What self-critical training subtracts from a reward.
enum class Baseline : int {
  kLeaveOneOut,  ///< the mean reward of the picture's other samples (Luo 2020, "A Better Variant of
                 ///< Self-Critical Sequence Training"): unbiased
  kGreedy,       ///< that of the caption that greedy search says (Rennie 2017)
  kMean,         ///< the mean of all of the picture's samples, the own one included: leave-one-out
                 ///< times (n-1)/n (Cornia 2020)
};

/// What is made small of a picture's n samples y_i with rewards r_i.
enum class SequenceLoss : int {
  kPolicyGradient,  ///< -sum_i (r_i - b_i) log p(y_i)
  kRisk,            ///< expected cost under the samples' own distribution (Edunov 2018)
  kSoftmaxMargin,   ///< cross-entropy of the best sample, costlier ones pushed off (Edunov 2018)
  kProximal,  ///< as the policy gradient, but near another model (train/objectives/proximal_loss.h)
};

/// The samples of one picture, n >= 1.
struct PictureSamples {
  std::span<const double> reward;
  std::span<const double> log_probability;  ///< of the whole caption
  std::span<const size_t> words;            ///< of the caption, <end> included
  double greedy_reward = 0;                 ///< read by Baseline::kGreedy alone
};

/// b_i of each sample. Leave-one-out of a single sample is its own reward: nothing is learned.
std::vector<double> baselines(const PictureSamples& samples, Baseline baseline);

/// What each sample's log-probability is weighed by: the gradient of the picture's loss is that of
///   -sum_i weight_i log p(y_i)
/// with the weights held fixed. Policy and proximal gradient: the advantage r_i - b_i. The two
/// losses of Edunov et al. 2018 ("Classical Structured Prediction Losses for Sequence to Sequence
/// Learning") score a sample by s_i = log p(y_i) / words_i, and have costs c_i = (max r - r_i) /
/// (max r - min r), all 0 where the rewards are equal:
///   risk            sum_i q_i c_i,  q = softmax(s)
///   softmax margin  -log softmax(s + c)_best, ties to the first
std::vector<double> sample_weights(const PictureSamples& samples, SequenceLoss loss,
                                   Baseline baseline);

}  // namespace storyteller
