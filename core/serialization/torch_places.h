#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/serialization/pickle.h"

namespace storyteller {

/// A dictionary of tensors in a checkpoint.
struct StateDictPlace {
  std::string key;          ///< "checkpoint.model", "0"; empty: the checkpoint itself
  std::uint32_t value = 0;  ///< a kDict
  std::size_t tensors = 0;
  bool average = false;  ///< a moving average of weights by its key
};

/// The dictionaries of tensors down to three keys deep, through dictionaries, lists and tuples, but
/// those of optimizers and the like; the first is the one to take: the checkpoint itself where it
/// holds most tensors, else what lies under `state_dict`, `model` and so on, averages last.
std::vector<StateDictPlace> state_dict_places(const Pickle& pickle);

/// What a checkpoint without a state dict holds instead, in parentheses: its keys, the class of a
/// pickled module.
std::string other_content(const Pickle& pickle);

}  // namespace storyteller
