#pragma once

#include <string>

#include "core/serialization/safetensors.h"
#include "core/serialization/safetensors_writer.h"
#include "core/tensor.h"

namespace storyteller {

/// Adds a float32 or float64 tensor under its shape. Elements on the CPU are NOT copied: keep them
/// unchanged until the file is written. `type` kF16 or kBF16 rounds a float32 tensor (to nearest,
/// ties to even) and copies it; a value that becomes infinite by that is a ModelError.
void add_tensor(SafetensorsWriter& writer, const std::string& name, const Tensor& tensor,
                StoredType type = StoredType::kF32);

/// Fills a float32 or float64 tensor from a file. Throws ModelError unless `name` has its shape and
/// all its values are finite.
void take_tensor(const SafetensorsFile& file, const std::string& name, const Tensor& tensor);

}  // namespace storyteller
