#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// What automatic metrics say of the captions of one system, image by image.
struct ImageScores {
  std::vector<std::string> metrics;  ///< names, in the file's order
  /// image id -> [metric]; NaN where the file has none.
  std::map<std::string, std::vector<double>> values;
};

/// Reads scores per image from what begins with '{' or '[' as JSON, from anything else as CSV:
///   JSON    a list of objects, one object per line, or an object with such a list as its "images";
///           the id is "image_id", "image" or "id", every other number is a metric
///   CSV     RFC 4180 with a line of names first; columns that hold numbers alone are metrics
/// @throws InputError naming the file and the line or element: no id, an id twice, no metric.
ImageScores parse_image_scores(std::string_view text, const std::string& name);

}  // namespace storyteller
