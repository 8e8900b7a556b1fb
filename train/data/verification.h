#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "train/data/dataset.h"

namespace storyteller {

/// What looking at every picture of a data set found.
struct Verification {
  size_t listed = 0;                  ///< pictures, those that cannot be used among them
  size_t captions = 0;                ///< of those that the data set has
  BadPictures bad;                    ///< what cannot be used: missing, or not to be decoded
  std::vector<std::string> repaired;  ///< what decoders said of the rest
};

/// Decodes every picture on `threads` threads. `progress(done, total)` may be empty; a signal
/// (stop_requested) ends it by Stopped.
Verification verify(const Dataset& dataset, int threads,
                    const std::function<void(size_t, size_t)>& progress = {});

}  // namespace storyteller
