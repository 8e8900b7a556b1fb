#pragma once

#include <cstddef>

#include "train/data/dataset.h"

namespace storyteller {

/// Captions of a data set by number, length and words.
struct DatasetStatistics {
  size_t pictures = 0, captions = 0, without_words = 0, words = 0, distinct = 0, frequent = 0;
  double known_share = 1;  ///< Of the words: those that occur as often as a vocabulary wants.
  double mean_length = 0;
  size_t median = 0, percentile_95 = 0, longest = 0, fewest_captions = 0, most_captions = 0;
};

/// Reads no picture.
DatasetStatistics statistics_of(const Dataset& dataset);

}  // namespace storyteller
