#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/ops/ops.h"
#include "train/objectives/proximal_options.h"

namespace storyteller {

/// Loss of a word that was said, of its probability over that which the other gives it (equation 7,
/// to be made small):
///   max(-advantage ratio, -advantage clamp(ratio, 1 - clip, 1 + clip))
double proximal_loss_of(double advantage, double ratio, double clip);
/// What its log-probability is weighed by: the gradient of the loss above is that of -weight log p
/// with the weight held fixed. advantage ratio, or 0 where the clipped one is the greater loss: a
/// word that is already more probable by `clip` and was good, or less probable and was bad.
double proximal_weight(double advantage, double ratio, double clip);

/// What a model holds of the words that steps read.
struct WordReference {
  std::vector<double> log_probability;  ///< (N) of the words said
  Tensor probability;                   ///< (N,V) of all words, wide; empty: not wanted
};
/// Of logits (N,padded width), of which the first `words` count, for targets (N).
WordReference word_reference(const Tensor& logits, const Tensor& targets, int64_t words,
                             bool of_all_words);

struct ProximalTerms {
  Var surrogate;          ///< sum of weight times -log p / normaliser: of the gradient of the loss
  Var divergence;         ///< sum of the cross-entropies from the reference to the logits /
                          ///< normaliser: of the gradient of KL(reference || new); empty: none
  double log_ratios = 0;  ///< sum over rows of log p - log of the reference
  double clipped = 0;     ///< rows of which nothing is learned, as they went far enough
};
/// The terms of packed rows: `advantage` (N) of the row's caption, targets (N) none of which is
/// masked. The logits' memory becomes that of their gradient.
ProximalTerms proximal_loss(Tape& tape, const Var& logits, const Tensor& targets,
                            std::span<const double> advantage, const WordReference& reference,
                            const ProximalOptions& options, double normaliser, int64_t words);

}  // namespace storyteller
