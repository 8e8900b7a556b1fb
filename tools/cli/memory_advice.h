#pragma once

#include <string_view>

namespace storyteller {

/// What may be done where memory is too short for a command, named by the first word behind the
/// program's name, such as "caption"; for any other word the advice that holds for all. Allocates
/// nothing, so that it can be had before the commands themselves are described.
const char* memory_advice(std::string_view command);

}  // namespace storyteller
