#pragma once

#include <iosfwd>
#include <string>

#include "train/rating/rating_analysis.h"

namespace storyteller {

/// The analysis as tables for people: per scale the systems (best first), the agreement of raters,
/// pairs of systems and metrics; then the raters.
void print_rating_analysis(std::ostream& out, const RatingSheet& sheet,
                           const RatingAnalysis& analysis);

/// All of it as one JSON object in a line; what is not defined is null.
std::string rating_analysis_json(const RatingSheet& sheet, const RatingAnalysis& analysis);

}  // namespace storyteller
