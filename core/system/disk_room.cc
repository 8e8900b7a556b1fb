#include "core/system/disk_room.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <numeric>
#include <string>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/system/write_failure.h"

namespace storyteller {
namespace {

bool is_lack_of_room(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

}  // namespace

void require_room(const std::filesystem::path& folder, const std::vector<std::uint64_t>& files) {
  std::vector<int> opened;
  int lack = 0;
  for (const std::uint64_t bytes : files) {
    // Without a name: whatever happens, nothing is left behind.
    const int file = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) break;
    opened.push_back(file);
    // Not posix_fallocate, which writes every block where the file system knows no other way.
    if (bytes > 0 && ::fallocate(file, 0, 0, static_cast<off_t>(bytes)) != 0) lack = errno;
    if (lack != 0) break;
  }
  for (const int file : opened) ::close(file);
  if (is_lack_of_room(lack)) {
    const auto needed = std::accumulate(files.begin(), files.end(), std::uint64_t{0});
    throw IoError("no room for the files to come in " + printable(folder.string(), 4096) +
                  write_failure(folder, needed, lack));
  }
}

}  // namespace storyteller
