#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "model/search/step_model.h"

namespace storyteller {

/// One of several models that speak as one.
struct EnsembleMember {
  std::unique_ptr<StepModel> steps;
  size_t features = 0;  ///< which of those that the search is given are its pictures'
};

/// The geometric mean of what the members say: the log-probability of a word is the mean of theirs,
/// less what makes the probabilities of all words that may be said one together. Its logits are the
/// mean of the members' logits, which differ from the mean of log-probabilities by a number for
/// each row that softmax does not see. Members have one vocabulary and one precision.
///
/// It looked where those members looked on the average that attend to as many regions as the first
/// that does.
std::unique_ptr<StepModel> ensemble_steps(std::vector<EnsembleMember> members);

}  // namespace storyteller
