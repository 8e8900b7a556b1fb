#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/serialization/weights_file.h"
#include "model/encoder/fit.h"

namespace storyteller {

/// In front of the names of an encoder's values; files of pretrained weights lack it.
inline constexpr std::string_view kEncoderPrefix = "encoder.";
/// The picture that is subtracted: (3,H,W) in files, (H,W,3) in the encoder.
inline constexpr std::string_view kMeanImage = "mean_image";

/// The numbers of an encoder's weights.
struct EncoderWeights {
  struct Tensor {
    std::string name;  ///< the encoder's
    std::vector<std::int64_t> shape;
    std::vector<float> values;  ///< row-major
  };
  std::vector<Tensor> tensors;  ///< of the encoder, all of them
  std::vector<Tensor> biases;   ///< of convolutions in front of a norm
  std::vector<std::string> warnings;
};

/// Reads what `fit`, which is complete, found in `file`; F64, F32, F16, BF16 and both kinds of F8
/// are converted. Throws ModelError that names how many values of how many tensors, and one of
/// them, are not finite, or are negative where they are variances. Convolutions of zeros alone are
/// a warning.
EncoderWeights read_encoder_weights(const WeightsFile& file, const EncoderFit& fit);

}  // namespace storyteller
