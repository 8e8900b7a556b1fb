#pragma once

#include <functional>
#include <span>

namespace storyteller {

/// Disagreement of two categories, 0 on the diagonal; the scale cancels.
using KappaWeight = std::function<double(int, int)>;

double linear_weight(int a, int b);     ///< |a - b|
double quadratic_weight(int a, int b);  ///< (a - b)^2
double nominal_weight(int a, int b);    ///< a != b: the kappa of Cohen 1960

/// Cohen's weighted kappa, the agreement of two raters beyond chance (Cohen 1968):
///   kappa = 1 - sum_ij w_ij p_ij / sum_ij w_ij p_i. p_.j,
/// p_ij the share of units that the first put into category i and the second into j, p_i. and p_.j
/// its margins. `a` and `b` are the categories of the same units, any whole numbers. NaN where
/// there is no unit, or chance cannot disagree (both always said the same one category).
/// @throws InternalError if the lengths differ.
double weighted_kappa(std::span<const int> a, std::span<const int> b, const KappaWeight& weight);

}  // namespace storyteller
