#pragma once

#include <string>

namespace storyteller {

/// Prints what is in a file of weights, and which encoders it fits; `key` chooses a state dict.
void inspect_weights(const std::string& path, const std::string& key, bool json);

}  // namespace storyteller
