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

/// How an archive ended.
struct TarEnd {
  std::string damage;  ///< What is wrong behind the members that were seen (cut off); "" nothing.
  bool is_marked = false;  ///< Blocks of zeros follow, as they must: else it may be cut off.
};

/// Walks through a tar file (ustar, pax, GNU; several one after the other) once. `read` gives the
/// contents of the member that is at hand, where the callback wants them; what it does not read is
/// skipped without being read. Throws InputError for a file that is no tar archive, or a compressed
/// one.
TarEnd for_each_member(
    const std::filesystem::path& file,
    const std::function<void(const TarMember&, const std::function<std::string()>& read)>& each);

}  // namespace storyteller
