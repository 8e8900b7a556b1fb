#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace storyteller {

/// The end of a message about a write in `folder` that failed with an `errno`: its cause, the bytes
/// `needed` (0: not known) and those free, and what helps: ": No space left on device; 12 bytes
/// needed, 0 free; free some space or choose another folder".
std::string write_failure(const std::filesystem::path& folder, std::uint64_t needed, int error);

}  // namespace storyteller
