#pragma once

#include <span>
#include <vector>

#include "model/ensemble.h"
#include "model/image/image.h"

namespace storyteller {

/// A picture as the encoders of an ensemble read it: [encoder] (height, width, 3) of its
/// preprocessing, in the order of Ensemble::encoders().
using EncoderInputs = std::vector<std::vector<float>>;

/// DecodeOptions::min_side that is enough for all encoders.
int sufficient_min_side(const Ensemble& models);

/// Several threads may.
EncoderInputs encoder_inputs(const Ensemble& models, const Image& image);

/// Features (I,L,D) of pictures by each encoder, as captioning takes them. At least one picture;
/// none is null. On a processor few at a time pass through an encoder, so that memory does not grow
/// with their number.
std::vector<Tensor> encoded(const Ensemble& models, std::span<const EncoderInputs* const> pictures);

}  // namespace storyteller
