#pragma once

#include <string>
#include <vector>

#include "core/serialization/stored_type.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace storyteller {

/// An option that may be repeated, with one value each time: --set, for example.
CLI::Option* add_repeated_option(CLI::App& command, const std::string& name,
                                 std::vector<std::string>& values, const std::string& help);

/// An option for the type of the numbers in a file: f32, f16 or bf16, and what `type` holds at
/// first where it is not given.
CLI::Option* add_type_option(CLI::App& command, const std::string& name, StoredType& type,
                             const std::string& help);

}  // namespace storyteller
