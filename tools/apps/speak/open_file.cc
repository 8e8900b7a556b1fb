#include "tools/apps/speak/open_file.h"

#include <sys/eventfd.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include "core/error.h"

namespace storyteller::speak {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw IoError(what + ": " + std::generic_category().message(errno));
}

}  // namespace

OpenFile file_of(std::string_view text) {
  OpenFile file(::memfd_create("storyteller", MFD_CLOEXEC));
  if (!file) fail("cannot make a file in memory");
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail("cannot write a file in memory");
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (::lseek(file.get(), 0, SEEK_SET) != 0) fail("cannot rewind a file in memory");
  return file;
}

std::string contents_of(const OpenFile& file, size_t most) {
  std::string out;
  while (out.size() < most) {
    constexpr size_t kBlock = size_t{1} << 16;
    const size_t before = out.size();
    out.resize(std::min(most, before + kBlock));
    const ssize_t got =
        ::pread(file.get(), out.data() + before, out.size() - before, static_cast<off_t>(before));
    if (got < 0 && errno != EINTR) fail("cannot read a file in memory");
    out.resize(before + static_cast<size_t>(got > 0 ? got : 0));
    if (got == 0) break;
  }
  return out;
}

Bell::Bell() : file_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!file_) fail("cannot make an event");
}

void Bell::ring() const {
  constexpr std::uint64_t kOne = 1;
  [[maybe_unused]] const ssize_t ignored = ::write(file_.get(), &kOne, sizeof(kOne));
}

void Bell::hear() const {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t ignored = ::read(file_.get(), &count, sizeof(count));
}

}  // namespace storyteller::speak
