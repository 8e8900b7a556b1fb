#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "model/search/hypothesis.h"

namespace storyteller {

/// What a picture's features say without their places.
struct PooledFeatures {
  std::vector<float> mean;  ///< (D) over the regions
  double active = 0;        ///< share of the channels whose mean is above kActiveChannel
  double spread = 0;        ///< mean over channels of the standard deviation over regions
  double norm = 0;          ///< of `mean`
};

/// A channel that says something: features of the encoders here are not negative, and of a picture
/// of nothing most are near 0.
inline constexpr float kActiveChannel = 0.05F;

/// Of features (regions,width) of one picture.
PooledFeatures pooled(std::span<const float> features, size_t regions, size_t width);

/// Log-probability a word, <end> counting as one where the caption has it.
double mean_log_probability(const Caption& caption);

/// All that confidence is a function of. Names are those in model files.
struct Signals {
  double mean_log_probability = 0;  ///< of the caption
  double agreement = 0;             ///< share of the nearest pictures that know its subject
  double likeness = 0;              ///< mean cosine to the nearest pictures
  double remoteness = 0;            ///< how far likeness is below what it usually is; mostly 0
  double active = 0, spread = 0, norm = 0;

  /// Null: no signal has that name.
  const double* find(std::string_view name) const;
};

}  // namespace storyteller
