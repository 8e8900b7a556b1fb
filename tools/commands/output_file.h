#pragma once

#include <filesystem>

namespace storyteller {

/// Says at once what would be found out only after the work: IoError, naming `option`, where `file`
/// is a folder or lies in none. An empty name is fine.
void require_folder_of(const char* option, const std::filesystem::path& file);

}  // namespace storyteller
