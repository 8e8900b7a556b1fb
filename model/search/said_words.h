#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/search/search.h"

namespace storyteller {

/// Log-probabilities of the words that may come next, among themselves, of a row of logits whose
/// first V are words: (V), -infinity of those that are barred. Throws InternalError where every
/// word is.
std::vector<float> log_probabilities_of(std::span<const float> logits,
                                        std::span<const int32_t> barred);

/// How probable a sentence is for pictures that it was not found for: for each picture of
/// `features` (I,L,D), of each encoder of the model, the log-probability of each of `words`, which
/// may end with <end>, given those before it. As a search has it: among the words that the filters
/// leave, at temperature 1; -infinity of a word that they bar.
std::vector<std::vector<float>> log_probabilities_of(StepModel& model,
                                                     std::span<const Tensor> features,
                                                     std::span<const int32_t> words,
                                                     const LogitFilters& filters);

}  // namespace storyteller
