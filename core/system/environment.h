#pragma once

#include <string>

namespace storyteller {

/// The value of a variable of the environment; "" where it is not set.
std::string environment(const char* name);

}  // namespace storyteller
