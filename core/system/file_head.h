#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace storyteller {

/// Up to `most` bytes from the front of a file, for a look at what it is; empty where it cannot be
/// read. Never waits, not even for a pipe's writer.
std::string file_head(const std::filesystem::path& path, std::size_t most = 4096);

}  // namespace storyteller
