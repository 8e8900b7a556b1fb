#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace storyteller {

/// Throws IoError that names the folder, the bytes needed and those that are free, unless files of
/// these sizes can be made in it now. The room is really taken for a moment, so that quotas and
/// limits of the file size count too; where a file system cannot say, the answer is yes.
void require_room(const std::filesystem::path& folder, const std::vector<std::uint64_t>& files);

}  // namespace storyteller
