#include "core/system/disk_room.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <numeric>
#include <string>
#include <system_error>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

bool is_lack_of_room(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

[[noreturn]] void fail(const std::filesystem::path& folder, std::uint64_t needed, int error) {
  std::string message = "no room for the files to come in " + printable(folder.string(), 4096) +
                        ": " + std::generic_category().message(error) + "; " +
                        std::to_string(needed) + " bytes needed";
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) == 0) {
    message += ", " + std::to_string(std::uint64_t{disk.f_bavail} * disk.f_frsize) + " free";
  }
  throw IoError(message + (error == EFBIG
                               ? "; raise the file size limit (ulimit -f) or choose another disk"
                               : "; free some space or choose another folder"));
}

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
    fail(folder, std::accumulate(files.begin(), files.end(), std::uint64_t{0}), lack);
  }
}

}  // namespace storyteller
