#pragma once

#include <memory>
#include <vector>

#include "model/concepts/concepts.h"
#include "model/search/hypothesis.h"

namespace storyteller {

/// Raises the logits of words for concepts that are seen in a picture and were not said yet by
/// `bonus` times their probability. `of_word` says for each word of the vocabulary which concept it
/// names; negative: none.
std::unique_ptr<LogitFilter> concept_bonus(double bonus, SeenConcepts seen,
                                           std::vector<int> of_word);

}  // namespace storyteller
