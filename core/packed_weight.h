#pragma once

#include <cstdint>

#include "core/tensor.h"

namespace storyteller {

/// A copy of a weight in the backend's own layout, made again when the parameters' version moved.
/// Which weight and which layout is the business of the op that fills it; one PackedWeight serves
/// one weight.
struct PackedWeight {
  Tensor bytes;
  uint64_t version = 0;  ///< Parameters::version() at packing; 0: never packed
  uint64_t layout = 0;   ///< which of several layouts, where the backend has a choice
};

}  // namespace storyteller
