#pragma once

#include <iosfwd>

#include "train/rating/rating_analysis.h"

namespace storyteller {

/// The analysis as tables for people: per scale the systems (best first), the agreement of raters,
/// pairs of systems and metrics; then the raters.
void print_rating_analysis(std::ostream& out, const RatingSheet& sheet,
                           const RatingAnalysis& analysis);

}  // namespace storyteller
