#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/serialization/pickle.h"
#include "core/serialization/torch_objects.h"

namespace storyteller {

/// A run of numbers that tensors of a checkpoint look into.
struct TorchStorage {
  std::string_view key;  ///< names its bytes; lies in the pickle
  TorchElement element;
  std::uint64_t elements = 0;
};

struct TorchTensor {
  std::string name;
  StoredType type = StoredType::kOther;
  std::string other_type = {};  ///< where `type` is kOther; then only name and shape are known
  std::size_t storage = 0;      ///< index into TorchStateDict::storages
  std::uint64_t offset = 0;     ///< first element, of `type`; all elements lie in the storage
  std::vector<std::int64_t> shape = {}, strides = {};
};

/// The tensors that a pickled checkpoint describes.
struct TorchStateDict {
  std::vector<TorchTensor> tensors;    ///< sorted by name, names unique
  std::vector<TorchStorage> storages;  ///< keys unique
  std::vector<std::string> notes;      ///< how they were found, a sentence each
  std::string other_keys;              ///< where else tensors are: "'ema', 'decoder'"
};

/// How to read a checkpoint.
struct StateDictOptions {
  std::string key = {};  ///< of the state dict: "state_dict_ema", "checkpoint.model"; empty: found
  bool all_storages = false;  ///< describes those that no tensor of the state dict looks into too
};

/// Finds the state dict (torch_places.h) and describes its tensors. Everything beside it
/// (optimizer, arguments, whatever objects) is left alone; tensors that an unknown function would
/// make, or of an unknown type, are listed as kOther. Throws ModelError that begins with `who`.
/// Formats: torch/serialization.py and torch/_utils.py (PyTorch 0.4 to 2.x).
TorchStateDict find_state_dict(const Pickle& pickle, const std::string& who,
                               const StateDictOptions& options = {});

}  // namespace storyteller
