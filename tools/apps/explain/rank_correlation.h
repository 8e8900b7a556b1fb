#pragma once

#include <optional>
#include <span>

namespace storyteller::explain {

/// Spearman's rank correlation of two lists of one length, in [-1, 1]; equal values share the mean
/// of their ranks. Nothing where a list has fewer than three values or no two that differ.
std::optional<double> rank_correlation(std::span<const float> a, std::span<const float> b);

}  // namespace storyteller::explain
