#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/serialization/pickle.h"
#include "core/serialization/stored_type.h"

namespace storyteller {

/// A run of numbers that tensors of a checkpoint look into.
struct TorchStorage {
  std::string_view key;  ///< names its bytes; lies in the pickle
  StoredType type = StoredType::kF32;
  std::uint64_t elements = 0;
  bool used = false;  ///< by a tensor of the state dict
};

struct TorchTensor {
  std::string name;
  std::size_t storage = 0;   ///< index into TorchStateDict::storages
  std::uint64_t offset = 0;  ///< first element; all elements lie in the storage
  std::vector<std::int64_t> shape, strides;
};

/// The tensors that a pickled checkpoint describes.
struct TorchStateDict {
  std::vector<TorchTensor> tensors;    ///< sorted by name, names unique
  std::vector<TorchStorage> storages;  ///< keys unique
  std::vector<std::string> notes;      ///< how they were found, a sentence each
};

/// What may occur in the pickle of a checkpoint: tensors, parameters, storages, OrderedDict.
std::span<const std::string_view> torch_globals();

/// Finds the state dict: the dictionary itself where it holds tensors, else what lies under
/// `state_dict`, `model` and the like, else the only entry that holds tensors. Everything beside it
/// (optimizer, epoch) is left alone; with `all_storages`, what it stores is described too. Throws
/// ModelError that begins with `who`.
/// Formats: torch/serialization.py and torch/_utils.py (PyTorch 0.4 to 2.x).
TorchStateDict find_state_dict(const Pickle& pickle, const std::string& who, bool all_storages);

}  // namespace storyteller
