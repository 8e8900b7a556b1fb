#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace storyteller {

/// The exact two-sided sign test (Arbuthnott 1710; Conover 1999, section 3.4): how likely a split
/// at least as uneven as `wins` against `losses` is when both are equally probable,
///   p = min(1, 2 sum_{i <= min(wins, losses)} C(n, i) / 2^n),   n = wins + losses.
/// Ties are left out before. 1 where n is 0.
double sign_test(int64_t wins, int64_t losses);

/// p values of a family of tests, adjusted so that the chance of any false rejection stays below
/// the level that they are compared with (Holm 1979): the i-th smallest times (m - i + 1), made
/// monotone, at most 1. In the order of `p`.
std::vector<double> holm_adjusted(std::span<const double> p);

}  // namespace storyteller
