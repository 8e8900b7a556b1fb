#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/search/search_observer.h"

namespace storyteller::explain {

/// Likeliest words that are kept of every distribution.
inline constexpr std::size_t kLikeliest = 5;

struct LikelyWord {
  std::int32_t word = 0;
  double probability = 0;  ///< among the words that the search may say
};

/// What the network said behind one beginning of a sentence.
struct Saying {
  std::vector<std::int32_t> said;     ///< the beginning
  double log_probability = 0;         ///< of the beginning
  std::vector<LikelyWord> likeliest;  ///< at most kLikeliest, the likeliest first
  double entropy = 0;                 ///< of the next word, in bits
  std::optional<double> gate;         ///< see StepModel::gates
};

/// A word that a beginning could go on by, as the search looked at it.
struct Branch {
  std::size_t row = 0;  ///< of the step's sayings
  std::int32_t word = 0;
  double log_probability = 0;  ///< of the beginning with it
  bool kept = false;
};

struct SearchStep {
  std::vector<Saying> sayings;
  /// By groups, if there are several; of each those that were kept, the best first, then those that
  /// were dropped, the likeliest first. Empty where sentences are drawn.
  std::vector<Branch> branches;
};

/// All that a search for one picture did.
class SearchRecord final : public SearchObserver {
 public:
  void at_step(const Step& step) override;
  void at_choice(const Choice& choice) override;

  const std::vector<SearchStep>& steps() const { return steps_; }
  /// What was said behind that beginning; null: the search never came there.
  const Saying* find(std::span<const std::int32_t> said) const;

 private:
  std::vector<SearchStep> steps_;
};

}  // namespace storyteller::explain
