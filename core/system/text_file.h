#pragma once

#include <filesystem>
#include <string>

namespace storyteller {

/// The whole of a file that the user named. @throws InputError if it is missing, a folder or cannot
/// be opened; IoError if reading fails.
std::string read_text_file(const std::filesystem::path& path);

}  // namespace storyteller
