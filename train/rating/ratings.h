#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "train/rating/rating_sheet.h"

namespace storyteller {

inline constexpr int kLowestRating = 1, kHighestRating = 5;

/// What one person exported from a sheet.
struct Ratings {
  std::string rater;
  /// [scale][item]; nothing: not rated, or the person could not judge.
  std::vector<std::vector<std::optional<int>>> scores;
  std::vector<std::optional<double>> seconds;  ///< [item] that the person took
  size_t rated = 0;                            ///< items with a rating on every scale
};

/// Reads what the sheet exported as JSON. Items that are missing were not rated.
/// @throws InputError naming the file: no such export, of another sheet, an item or a scale that
/// the
///   sheet does not have, an item twice, a rating that is no whole number from 1 to 5.
Ratings parse_ratings(std::string_view json, const RatingSheet& sheet, const std::string& name);

/// The key and all exports of one sheet. @throws InputError also where two files have one rater.
std::vector<Ratings> read_ratings(const std::vector<std::filesystem::path>& files,
                                  const RatingSheet& sheet);

}  // namespace storyteller
