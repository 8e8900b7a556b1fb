#include "core/system/write_failure.h"

#include <sys/statvfs.h>

#include <cerrno>
#include <system_error>

namespace storyteller {
namespace {

const char* advice(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "; free some space or choose another folder";
    case EACCES:
    case EPERM:
      return "; make the folder writable or choose another";
    case EROFS:
      return "; choose a folder on a writable disk";
    case ENOENT:
      return "; create the folder first";
    case EFBIG:
      return "; raise the file size limit (ulimit -f) or choose another disk";
    default:
      return "";
  }
}

}  // namespace

std::string write_failure(const std::filesystem::path& folder, std::uint64_t needed, int error) {
  std::string message = ": " + std::generic_category().message(error);
  struct statvfs disk {};
  if (needed != 0) message += "; " + std::to_string(needed) + " bytes needed";
  if (needed != 0 && ::statvfs(folder.c_str(), &disk) == 0) {
    message += ", " + std::to_string(std::uint64_t{disk.f_bavail} * disk.f_frsize) + " free";
  }
  return message + advice(error);
}

}  // namespace storyteller
