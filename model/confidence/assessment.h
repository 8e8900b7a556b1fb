#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace storyteller {

/// How far a caption may be relied on, by cut-offs of its confidence that were fitted to keep a
/// precision (docs/confidence.md).
enum class Grade : std::uint8_t { kUnsure, kLikely, kSure };

/// "unsure", "likely", "sure".
std::string_view name_of(Grade grade);

/// What a model says of a caption of its own.
struct Assessment {
  /// P(the caption's subject is right | the picture is a photograph), in [0, 1]. Null: the model
  /// was not calibrated, and its grade is kUnsure.
  std::optional<double> confidence;
  /// How far the picture looks like a photograph, and how near it is to those of the calibration,
  /// as a quantile of them; both in [0, 1]. Null as above.
  std::optional<double> photo, domain;
  Grade grade = Grade::kUnsure;

  /// True also where nothing is known.
  bool is_photograph() const { return !photo || *photo >= 0.5; }
};

}  // namespace storyteller
