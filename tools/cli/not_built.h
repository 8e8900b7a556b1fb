#pragma once

#include <string_view>

namespace storyteller {

/// How the help of a command ends that was left out of the build. Whatever stands behind such a
/// command is one of its words, an option too, but for --help: the command says what it lacks.
inline constexpr std::string_view kNotBuilt = " (not built)";

}  // namespace storyteller
