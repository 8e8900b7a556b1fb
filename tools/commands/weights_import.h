#pragma once

#include <string>
#include <vector>

#include "core/serialization/stored_type.h"

namespace storyteller {

struct WeightsImport {
  std::string file, key;               ///< of the state dict; empty: it is found
  std::string encoder, out, rules;     ///< rules: a file, or empty
  std::vector<std::string> settings;   ///< of the encoder: "encoder_norm=batch"
  StoredType type = StoredType::kF32;  ///< kF32, kF16 or kBF16
};

/// Writes an encoder's weights out of a file of weights, and says on stderr what was done.
void import_weights(const WeightsImport& import);

}  // namespace storyteller
