#pragma once

#include <span>

#include "train/metrics/ngram/references.h"

namespace storyteller {

/// ROUGE-L in [0, 1] (Lin 2004) as coco-caption computes it: P and R are the largest LCS/|c| and
/// LCS/|r| over the references, taken independently; score (1 + b^2) P R / (R + b^2 P), b = 1.2.
double rouge_l(const PreparedReferences& references, size_t image,
               const PreparedCaption& hypothesis);

/// Length of the longest common subsequence. Bit-parallel (Hyyro 2004) up to 64 words in `a`.
size_t longest_common_subsequence(std::span<const TokenId> a, std::span<const TokenId> b);

}  // namespace storyteller
