#pragma once

#include <cstddef>

#include "train/batches/batch_sampler.h"

namespace storyteller {

/// Into how many parts a batch falls that is to be computed in `wanted`: no more than it has
/// pictures.
size_t parts_of(const CaptionBatch& batch, size_t wanted);

/// Part `part` of `parts` of a batch: consecutive pictures with all of their captions, which keep
/// their order. The parts are disjoint and none is empty for parts <= I. `out` is overwritten and
/// its memory reused.
void cut_part(const CaptionBatch& batch, size_t part, size_t parts, CaptionBatch* out);

}  // namespace storyteller
