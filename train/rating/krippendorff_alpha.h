#pragma once

#include <optional>
#include <vector>

namespace storyteller {

/// How far apart two values c and k count as (delta^2 of Krippendorff).
enum class Measurement {
  kNominal,   ///< c != k
  kOrdinal,   ///< (sum of n_g over c <= g <= k, minus (n_c + n_k) / 2)^2, n the values' frequencies
  kInterval,  ///< (c - k)^2
  kRatio      ///< ((c - k) / (c + k))^2, 0 where both are 0
};

/// Ratings of many units by many raters: [rater][unit], nothing where a rater gave none. All rows
/// are equally long.
using RatingMatrix = std::vector<std::vector<std::optional<double>>>;

/// Krippendorff's alpha, the agreement of any number of raters beyond chance, with missing ratings:
///   alpha = 1 - (n - 1) sum_ck o_ck delta^2_ck / sum_ck n_c n_k delta^2_ck,
///   o_ck = sum over units of (pairs of values c, k in the unit) / (m_u - 1),
/// m_u the ratings of unit u; units with fewer than two ratings are left out, n_c = sum_k o_ck,
/// n = sum_c n_c (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"). 1 is perfect
/// agreement, 0 what chance gives, below 0 is systematic disagreement. NaN where no unit has two
/// ratings, or all ratings are equal: then there is nothing to disagree about.
/// @throws InternalError if the rows differ in length.
double krippendorff_alpha(const RatingMatrix& ratings, Measurement measurement);

}  // namespace storyteller
