#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/vocabulary.h"
#include "train/objectives/objective.h"
#include "train/objectives/rollout.h"

namespace storyteller {

/// What the log tells of captions that a model drew: reward, baseline and advantage, how long they
/// are, how many of a picture's are different, and how many end where no sentence does.
/// `per_picture` captions of a picture lie side by side; `reward` and `baseline` are those of each.
std::vector<Measure> sample_measures(std::span<const DrawnCaption> samples, size_t per_picture,
                                     std::span<const double> reward,
                                     std::span<const double> baseline,
                                     const Vocabulary& vocabulary);

}  // namespace storyteller
