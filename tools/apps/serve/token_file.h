#pragma once

#include <filesystem>
#include <string>

namespace storyteller::serve {

/// A token that requests must carry, from a file of its own: its only line, 1 to 512 characters
/// without blanks, which a header can carry. Throws IoError where the file cannot be read,
/// UsageError for what is none; neither shows what is in it.
std::string read_token(const std::filesystem::path& file);

}  // namespace storyteller::serve
