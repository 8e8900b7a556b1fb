#pragma once

#include <string>
#include <vector>

#include "train/training_state.h"

namespace storyteller {

/// Epochs of the training that a model file comes from, where it tells.
std::vector<EpochRecord> history_of(const std::string& model);

/// What rewards the models were trained for, and how <end> counted in them; none: for none.
std::vector<std::string> rewards_of(const std::vector<std::string>& models);

}  // namespace storyteller
