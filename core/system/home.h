#pragma once

#include <filesystem>

namespace storyteller {

/// `path` with $HOME for a `~` in front, as shells write it. They do so at the front of a word
/// only, not behind the colon of FORMAT:PATH or the sign of --option=PATH. A path that is there as
/// it stands, "~name", and any other stay as they are.
std::filesystem::path expand_home(const std::filesystem::path& path);

}  // namespace storyteller
