#pragma once

#include <cstddef>

#include "model/captioner.h"
#include "train/data/caption_corpus.h"
#include "train/features/feature_source.h"

namespace storyteller {

/// Mean cross-entropy a word of the captions of the first `pictures` pictures, by teacher forcing
/// and without dropout; 0 where they have no captions. It moves where scores of what is said do not
/// yet. `source` gives the features.
double validation_loss(Captioner& captioner, FeatureSource& source, const EncodedCaptions& captions,
                       size_t pictures);

}  // namespace storyteller
