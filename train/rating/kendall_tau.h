#pragma once

#include <span>

namespace storyteller {

/// Kendall's tau-b, the rank correlation that allows ties (Kendall 1945):
///   tau_b = (P - Q) / sqrt((P + Q + X)(P + Q + Y)),
/// P and Q the concordant and discordant pairs, X and Y those tied in `x` alone and in `y` alone.
/// In [-1, 1]; NaN where one of the two is constant or has fewer than two values. O(n log n) by
/// counting the swaps of a merge sort (Knight 1966). No value may be NaN.
/// @throws InternalError if the lengths differ.
double kendall_tau_b(std::span<const double> x, std::span<const double> y);

}  // namespace storyteller
