#include "model/image/file_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "core/error.h"
#include "core/system/missing_file.h"
#include "core/system/printable.h"
#include "core/system/waiting.h"

namespace storyteller {
namespace {

constexpr std::size_t kHeadBytes = 4096;

/// A descriptor that closes itself.
class ReadableFile {
 public:
  explicit ReadableFile(const std::filesystem::path& path)
      // Without O_NONBLOCK opening a pipe would wait for its writer, deaf to signals.
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {}
  ~ReadableFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  ReadableFile(const ReadableFile&) = delete;
  ReadableFile& operator=(const ReadableFile&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string system_message(int error) { return std::generic_category().message(error); }

[[noreturn]] void fail_to_open(const std::filesystem::path& path, const std::string& name,
                               int error) {
  if (error == ENOENT || error == ENOTDIR) {
    throw InputError((name.empty() ? "''" : name) + ": " + why_missing(path.string()));
  }
  if (error == ELOOP) throw InputError(name + ": a link that leads back to itself; remove it");
  if (error == EACCES || error == EPERM) {
    throw InputError(name + ": no permission to read it; try chmod +r or another user");
  }
  throw InputError(name + ": cannot be opened (" + system_message(error) + "); check the path");
}

/// Appends up to `wanted` bytes; returns false at the end of the file. `waits`: it is a pipe, whose
/// writer may be slow.
bool append_some(int descriptor, bool waits, std::size_t wanted, const std::string& name,
                 std::vector<std::byte>* bytes) {
  const std::size_t before = bytes->size();
  bytes->resize(before + wanted);
  ssize_t got = 0;
  do {
    if (waits) wait_until_readable(descriptor);
    got = ::read(descriptor, bytes->data() + before, wanted);
  } while (got < 0 && (errno == EINTR || errno == EAGAIN));
  if (got < 0) {
    throw IoError(name + ": reading failed (" + system_message(errno) +
                  "); check the disk or the network share");
  }
  bytes->resize(before + static_cast<std::size_t>(got));
  return got > 0;
}

}  // namespace

std::vector<std::byte> read_file_bytes(const std::filesystem::path& path, std::size_t max_bytes,
                                       void (*check_head)(std::span<const std::byte>,
                                                          const std::string&)) {
  const std::string name = printable_path(path.string());
  const ReadableFile file(path);
  if (file.descriptor() < 0) fail_to_open(path, name, errno);
  struct stat status {};
  if (::fstat(file.descriptor(), &status) != 0) fail_to_open(path, name, errno);
  if (S_ISDIR(status.st_mode)) {
    throw InputError(name + ": is a directory, not a picture; give a file in it");
  }

  const bool waits = !S_ISREG(status.st_mode);
  std::vector<std::byte> bytes;
  while (bytes.size() < kHeadBytes &&
         append_some(file.descriptor(), waits, kHeadBytes - bytes.size(), name, &bytes)) {
  }
  check_head(bytes, name);

  const std::size_t size = waits ? 0 : static_cast<std::size_t>(status.st_size);
  const auto fail_as_too_large = [&] {
    throw InputError(name + ": larger than " + std::to_string(max_bytes >> 20) +
                     " MiB, no sensible picture; make it smaller");
  };
  if (size > max_bytes) fail_as_too_large();
  bytes.reserve(size + 1);
  while (true) {
    // One byte more than the size says, so that the end is seen without another allocation.
    const std::size_t rest = size >= bytes.size() ? size - bytes.size() + 1 : 0;
    if (!append_some(file.descriptor(), waits, std::max(rest, kHeadBytes), name, &bytes)) break;
    if (bytes.size() > max_bytes) fail_as_too_large();
  }
  return bytes;
}

}  // namespace storyteller
