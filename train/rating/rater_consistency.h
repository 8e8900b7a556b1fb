#pragma once

#include "train/rating/rating_analysis.h"

namespace storyteller {

/// How one person rated: pace, agreement with itself on duplicates, and what it says of people's
/// own captions against all others.
RaterAnalysis analyse_rater(const RatingSheet& sheet, const Ratings& ratings);

}  // namespace storyteller
