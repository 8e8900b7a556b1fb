#pragma once

#include <string>

#include "core/parameters.h"
#include "model/encoder/encoder.h"

namespace storyteller {

/// Which layers of a pretrained encoder learn, and how fast. Encoders that are trained from scratch
/// learn as a whole.
struct EncoderTraining {
  /// The first layer that learns, under torchvision's name ("features.7"; "layer3" stands for the
  /// first of its blocks); "all"; or "none".
  std::string from = "none";
  /// Learning rate of the layers that learn, in parts of the decoder's.
  double rate = 0.05;

  bool active() const { return from != "none"; }
};

/// Position of the first layer that learns in encoder.layers(). Throws UsageError when there is no
/// such layer, or when the encoder cannot be cut.
size_t first_trained_layer(const Encoder& encoder, const EncoderTraining& training);

/// Moves the values of the layers before layers()[first] out of the encoder's group into a new,
/// frozen one. Ops then see values that nobody trains: those layers run as in captioning and record
/// nothing. Call between the encoder's construction and the next add_group().
void freeze_layers_before(size_t first, const Encoder& encoder, Parameters& parameters);

}  // namespace storyteller
