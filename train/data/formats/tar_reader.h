#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace storyteller {

/// One regular file inside of an archive.
struct TarMember {
  std::string name;
  uint64_t offset = 0, bytes = 0;  ///< Of its contents, in the archive.
};

/// Walks through a tar file (ustar, pax, GNU) once. `read` gives the contents of the member that is
/// at hand, where the callback wants them; what it does not read is skipped without being read.
/// Returns "", or what is wrong with the archive behind the members that were seen (cut off,
/// damaged). Throws InputError for a file that is no tar archive, or a compressed one.
std::string for_each_member(
    const std::filesystem::path& file,
    const std::function<void(const TarMember&, const std::function<std::string()>& read)>& each);

}  // namespace storyteller
