#include "core/serialization/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <system_error>

#include "core/error.h"
#include "core/system/missing_file.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

std::string cause() { return std::generic_category().message(errno); }

}  // namespace

InputFile::InputFile(const std::filesystem::path& path) : name_(printable(path.string(), 4096)) {
  // Without O_NONBLOCK opening a pipe would wait for its writer.
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status {};
  std::string problem;
  if (descriptor_ < 0 && (errno == ENOENT || errno == ENOTDIR)) {
    problem = name_ + ": " + why_missing(path.string());
  } else if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) {
    problem = "cannot open " + name_ + ": " + cause() + "; give the path of a model file";
  } else if (S_ISDIR(status.st_mode)) {
    problem = name_ + ": is a folder; give the path of a model file inside it";
  } else if (!S_ISREG(status.st_mode)) {
    problem = name_ + ": is not a regular file but a pipe or a device; save it as a file first";
  }
  if (!problem.empty()) {
    if (descriptor_ >= 0) ::close(descriptor_);
    throw ModelError(problem);
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

InputFile::~InputFile() { ::close(descriptor_); }

void InputFile::read(std::byte* out, std::uint64_t size) {
  while (size != 0) {
    const ssize_t got = ::read(descriptor_, out, std::min<std::uint64_t>(size, 1U << 30U));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw IoError("cannot read " + name_ + ": " + cause());
    if (got == 0) throw IoError(name_ + ": became shorter while it was read");
    out += got;
    size -= static_cast<std::uint64_t>(got);
  }
}

void InputFile::seek(std::uint64_t position) {
  if (::lseek(descriptor_, static_cast<off_t>(position), SEEK_SET) < 0) {
    throw IoError("cannot read " + name_ + ": " + cause());
  }
}

std::unique_ptr<std::byte[]> allocate_bytes(std::uint64_t size, const std::string& file) {
  try {
    // operator new aligns to 16 bytes, more than any element needs. Not zeroed: read at once.
    return std::unique_ptr<std::byte[]>(new std::byte[std::max<std::uint64_t>(size, 1)]);
  } catch (const std::bad_alloc&) {
    throw MemoryError(file + ": not enough memory to read its " + std::to_string(size) + " bytes");
  }
}

}  // namespace storyteller
