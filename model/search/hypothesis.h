#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/tensor.h"

namespace storyteller {

/// A sentence that a search is about to continue.
struct HypothesisView {
  int32_t image = 0;                    ///< which of the pictures that are searched together
  std::span<const int32_t> words = {};  ///< said so far, without <start>
  double log_probability = 0;           ///< of those words
};

/// What one row of the decoder may be continued with, best first.
struct Continuations {
  const int32_t* words;            ///< (k)
  const float* log_probabilities;  ///< (k), -infinity where nothing is left
  int64_t k;
  const double* penalties = nullptr;  ///< (k) what they cost besides; null: nothing
};

/// A continuation that a beam took.
struct TakenWord {
  int32_t row;  ///< of the beam's live hypotheses, the one that goes on by it
  int32_t word;
};

/// A sentence that a search found. Probabilities are those of the model (of an ensemble: of the
/// mean of its logits) as the filters change and leave them, at temperature 1 and before what is
/// drawn is truncated; what diversity costs is not in them.
struct Caption {
  std::vector<int> words;  ///< ids, without <end>; never empty
  /// Of each word, given those before it, and, unless cut, of <end>: their sum, up to rounding, is
  /// log_probability.
  std::vector<float> word_log_probabilities = {};
  double log_probability = 0;  ///< of the words and, unless cut, of <end>
  double score = 0;            ///< log_probability / length^p, length counting <end>
  bool finished = false;       ///< false: cut at max_words
  std::vector<float> alpha;    ///< (words,L): where the network looked for each word; empty where
                               ///< it does not attend
};

/// Says which words may continue a hypothesis.
class LogitFilter {
 public:
  LogitFilter() = default;
  virtual ~LogitFilter() = default;
  LogitFilter(const LogitFilter&) = delete;
  LogitFilter& operator=(const LogitFilter&) = delete;

  /// On the host: appends words that must not come next.
  virtual void bar(const HypothesisView& /*hypothesis*/, std::vector<int32_t>* /*words*/) const {}
  /// On the device: changes the logits (rows,width) in place; row b continues rows[b].
  virtual void apply(const Tensor& /*logits*/, std::span<const HypothesisView> /*rows*/) const {}
};

}  // namespace storyteller
