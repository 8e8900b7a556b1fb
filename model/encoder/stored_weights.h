#pragma once

#include <filesystem>
#include <string>

#include "core/serialization/stored_type.h"
#include "model/encoder/pretrained.h"

namespace storyteller {

/// What a narrower type loses: a line where it makes many values 0, else "". Throws ModelError,
/// naming `file`, where it cannot hold one.
std::string narrowing_warning(const std::string& file, const EncoderWeights& weights,
                              StoredType type);

/// Writes the weights of `encoder` as safetensors under the names that it knows them by. `type`:
/// kF32, kF16 or kBF16. Throws IoError.
void write_encoder_weights(const EncoderWeights& weights, const std::string& encoder,
                           StoredType type, const std::filesystem::path& path);

}  // namespace storyteller
