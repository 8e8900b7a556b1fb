#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "core/serialization/safetensors.h"
#include "core/serialization/torch_file.h"

namespace storyteller {

enum class WeightsFormat { kSafetensors, kTorchZip, kTorchLegacy, kNpz, kNpy };

/// What one file of weights holds, under its own names.
struct FoundWeights {
  WeightsFormat format = WeightsFormat::kSafetensors;
  ReadTensors read;
  std::map<std::string, std::string> metadata = {};  ///< of safetensors
};

/// Reads one file of any format, which its content tells, or the parts that an index names. `key`
/// chooses the state dict of a checkpoint; empty: it is found. Throws ModelError and IoError.
FoundWeights read_weights(const std::filesystem::path& path, const std::string& key);
/// The same from memory, where there are no parts; `name` stands for the file in messages. The
/// bytes are copied.
FoundWeights read_weights(std::span<const std::byte> bytes, const std::string& name);
FoundWeights read_weights(SafetensorsFile file);

}  // namespace storyteller
