#include "train/validation/examiner.h"

#include <algorithm>

namespace storyteller {

size_t examined_pictures(const TrainOptions& options, const Dataset& dataset) {
  const auto some = static_cast<size_t>(options.validation_images);
  return some == 0 ? dataset.size() : std::min(dataset.size(), some);
}

}  // namespace storyteller
