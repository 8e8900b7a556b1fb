#include "train/objectives/proximal_loss.h"

#include <algorithm>
#include <cmath>

#include "train/batches/packed_batch.h"
#include "train/objectives/row_values.h"

namespace storyteller {
namespace {

std::vector<double> log_probabilities(const Tensor& logits, const Tensor& targets, int64_t words) {
  Tape unrecorded(Tape::Mode::kInfer);
  Tensor losses;
  cross_entropy(unrecorded, Var(logits), targets, Tensor(), 0, 0, words, &losses);
  std::vector<double> values = from_rows(losses);
  for (double& value : values) value = -value;
  return values;
}

}  // namespace

double proximal_loss_of(double advantage, double ratio, double clip) {
  return std::max(-advantage * ratio, -advantage * std::clamp(ratio, 1 - clip, 1 + clip));
}

double proximal_weight(double advantage, double ratio, double clip) {
  const bool went_far = advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip;
  return went_far ? 0 : advantage * ratio;
}

WordReference word_reference(const Tensor& logits, const Tensor& targets, int64_t words,
                             bool of_all_words) {
  WordReference reference{.log_probability = log_probabilities(logits, targets, words),
                          .probability = {}};
  if (of_all_words) add_softmax(logits, 1, words, &reference.probability);
  return reference;
}

ProximalTerms proximal_loss(Tape& tape, const Var& logits, const Tensor& targets,
                            std::span<const double> advantage, const WordReference& reference,
                            const ProximalOptions& options, double normaliser, int64_t words) {
  ProximalTerms terms;
  std::vector<double> weights = log_probabilities(logits.value(), targets, words);
  for (size_t n = 0; n < weights.size(); ++n) {
    const double log_ratio = weights[n] - reference.log_probability[n];
    weights[n] = proximal_weight(advantage[n], std::exp(log_ratio), options.clip);
    terms.log_ratios += log_ratio;
    terms.clipped += advantage[n] != 0 && weights[n] == 0 ? 1 : 0;
  }
  if (options.divergence > 0) {
    // Both losses put their gradient where they found the logits.
    const Tensor& scores = logits.value();
    const Var copy =
        tape.output(Tensor::empty(scores.shape(), scores.dtype(), scores.device()), true);
    carry_rows(tape, logits, copy);
    terms.divergence =
        soft_cross_entropy(tape, copy, reference.probability, targets, Tensor(), normaliser, words);
  }
  const DType type = wide(logits.value().dtype());
  terms.surrogate =
      cross_entropy(tape, logits, targets, weights_of_rows(weights, type, targets.device()), 0,
                    normaliser, words);
  return terms;
}

}  // namespace storyteller
