#pragma once

#include <string>

#include "train/rating/rating_analysis.h"

namespace storyteller {

/// All of an analysis as one JSON object in a line; what is not defined is null.
std::string rating_analysis_json(const RatingSheet& sheet, const RatingAnalysis& analysis);

}  // namespace storyteller
