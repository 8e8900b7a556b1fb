#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/serialization/safetensors_writer.h"
#include "core/serialization/weights_file.h"
#include "model/encoder/encoder.h"
#include "model/encoder/encoder_options.h"
#include "model/encoder/naming.h"
#include "model/encoder/pretrained.h"

namespace storyteller {

/// Adds all values of an encoder to `writer`, each 0.5, under the names that `rename` makes of
/// theirs; "" leaves one out.
inline void add_encoder(SafetensorsWriter& writer, const std::string& encoder,
                        const EncoderChoices& choices,
                        const std::function<std::string(std::string)>& rename) {
  static const std::vector<float> values(3'000'000, 0.5F);
  Parameters parameters;
  parameters.add_group({.name = "encoder", .trainable = false});
  make_encoder(encoder, parameters, encoder_options(encoder, choices));
  for (int id = 0; id < parameters.size(); ++id) {
    std::vector<std::int64_t> shape;
    for (int axis = 0; axis < parameters.shape(id).rank(); ++axis) {
      shape.push_back(parameters.shape(id)[axis]);
    }
    const std::string name = rename(parameters.name(id).substr(kEncoderPrefix.size()));
    if (!name.empty()) writer.add(name, StoredType::kF32, shape, values.data());
  }
}

/// Renames an encoder's values as the first naming of `library` does.
inline std::function<std::string(std::string)> names_of(std::string_view library) {
  for (const Naming& naming : namings()) {
    if (naming.library == library)
      return [naming](const std::string& name) { return naming.of(name); };
  }
  throw std::invalid_argument("no such library");
}

inline WeightsFile file_of(const SafetensorsWriter& writer) {
  return SafetensorsFile::parse(writer.bytes(), "weights");
}

/// A file with one encoder.
inline WeightsFile encoder_weights(const std::string& encoder, const EncoderChoices& choices,
                                   const std::function<std::string(std::string)>& rename) {
  SafetensorsWriter writer;
  add_encoder(writer, encoder, choices, rename);
  return file_of(writer);
}

}  // namespace storyteller
