#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "model/search/hypothesis.h"

namespace storyteller {

/// Lowers the logits of words for concepts that hardly are in a picture: the word of a concept of
/// probability p below `level` by `doubt` log(level / p), that of one above it by nothing. It is a
/// product of experts, the decoder and the detector to the power of `doubt` (Hinton 2002,
/// "Training products of experts by minimizing contrastive divergence"). `probabilities` (images,
/// K concepts) are row by row; `of_word` says for each word of the vocabulary which concept it
/// names; negative: none.
std::unique_ptr<LogitFilter> concept_doubt(double doubt, double level,
                                           std::span<const float> probabilities, int64_t K,
                                           std::span<const int> of_word);

}  // namespace storyteller
