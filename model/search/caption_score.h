#pragma once

#include <cstdint>

#include "core/error.h"

namespace storyteller {

/// What captions are compared by: log-probability / length^p, length counting <end>.
double caption_score(double log_probability, int64_t length, double length_penalty);

/// Where no word may come first: features or weights are not finite.
ModelError no_word_has_a_probability();

}  // namespace storyteller
