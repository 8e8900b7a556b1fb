#pragma once

#include <cstddef>
#include <vector>

#include "train/batches/batch_sampler.h"
#include "train/data/caption_corpus.h"

namespace storyteller {

/// All captions of the first `pictures` pictures, each picture once and in order, some pictures a
/// batch; pictures without captions are left out.
std::vector<CaptionBatch> picture_batches(const EncodedCaptions& captions, size_t pictures);

}  // namespace storyteller
