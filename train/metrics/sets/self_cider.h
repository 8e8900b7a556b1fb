#pragma once

#include <optional>
#include <vector>

#include "train/metrics/ngram/references.h"

namespace storyteller {

/// The kernel of plain CIDEr (without factor 10) between captions, (k, k) row-major: the mean over
/// n = 1..4 of the cosine of the tf-idf vectors. Symmetric and positive semidefinite.
std::vector<double> cider_kernel(const std::vector<Tokens>& captions,
                                 const DocumentFrequencies& frequencies);

/// Self-CIDEr (Wang and Chan 2019): from the eigenvalues l of that kernel,
/// -log(sqrt(l_max) / sum sqrt(l)) / log k; 0: all alike, 1: nothing in common. Nothing of fewer
/// than two captions, or where no n-gram of theirs has a weight.
std::optional<double> self_cider(const std::vector<Tokens>& captions,
                                 const DocumentFrequencies& frequencies);

}  // namespace storyteller
