#include "core/system/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/system/signals.h"
#include "core/system/write_failure.h"

namespace storyteller {
namespace {

std::atomic<FileFault> file_fault{nullptr};

/// True where the test seam wants this call to fail; errno is then set.
bool injected(const char* call) {
  const FileFault fault = file_fault.load();
  const int error = fault == nullptr ? 0 : fault(call);
  if (error != 0) errno = error;
  return error != 0;
}

ssize_t write_some(int descriptor, std::span<const std::byte> bytes, std::uint64_t offset) {
  const auto at = static_cast<off_t>(offset);
  if (injected("write")) {
    const int error = errno;
    if (::pwrite(descriptor, bytes.data(), bytes.size() / 2, at) < 0) return -1;
    errno = error;
    return -1;
  }
  // Linux moves at most 2^31 - 4096 bytes in one call.
  const std::size_t size = std::min<std::size_t>(bytes.size(), std::size_t{1} << 30U);
  return ::pwrite(descriptor, bytes.data(), size, at);
}

int sync_descriptor(int descriptor, const char* call) {
  if (injected(call)) return -1;
  int result = 0;
  do {
    result = ::fsync(descriptor);
  } while (result != 0 && errno == EINTR);
  return result;
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

/// True where `path` still names the file that `descriptor` has open.
bool still_named(int descriptor, const std::filesystem::path& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(descriptor, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

enum class Lock { kHeld, kOfAnother, kImpossible, kStopped };

/// `waits` null: without waiting for another who holds it.
Lock lock_file(int descriptor, const std::function<void()>* waits) {
  constexpr auto kPause = std::chrono::milliseconds(50);  // a signal does not end flock()
  for (bool said = false;;) {
    if (!injected("lock") && ::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return Lock::kHeld;
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return Lock::kImpossible;
    if (waits == nullptr) return Lock::kOfAnother;
    if (stop_requested()) return Lock::kStopped;
    if (!said && *waits) (*waits)();
    said = true;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

AtomicFile::AtomicFile(const std::filesystem::path& target, std::uint64_t expected_bytes)
    : target_(target), expected_bytes_(expected_bytes) {
  open_temporary(nullptr);
}

AtomicFile::AtomicFile(const std::filesystem::path& target, const std::function<void()>& waits)
    : target_(target) {
  open_temporary(&waits);
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::open_temporary(const std::function<void()>* waits) {
  std::error_code ignored;
  if (std::filesystem::is_symlink(target_, ignored)) {
    const auto resolved = std::filesystem::weakly_canonical(target_, ignored);
    if (!ignored) target_ = resolved;
  }
  struct stat existing {};
  const bool exists = ::stat(target_.c_str(), &existing) == 0;
  if (exists && S_ISDIR(existing.st_mode)) fail("open", EISDIR);
  if (exists && !S_ISREG(existing.st_mode)) {
    throw IoError("cannot write " + printable(target_.string(), 4096) +
                  ": it is a device or a pipe, not a file; give the name of a file");
  }
  lock_temporary(waits);
  if (exists) (void)::fchmod(descriptor_, existing.st_mode & 07777U);
}

// The lock tells a temporary that is being written (skip it) from one that a killed process left
// behind (take it over). Between open and lock another process may have renamed or removed it:
// then the lock is on a file that has left this name, and we begin again. Where nothing can be
// locked (ENOLCK, EOPNOTSUPP: some network drives) no other may open what we write.
void AtomicFile::lock_temporary(const std::function<void()>* waits) {
  const std::string stem = "." + target_.filename().string();
  bool locks = true;
  for (int attempt = 0, busy = 0; attempt < 1000; ++attempt) {
    const std::string own = locks ? "" : "." + std::to_string(::getpid());
    const std::string suffix = own + (busy == 0 ? ".tmp" : "." + std::to_string(busy) + ".tmp");
    temporary_ = folder_of(target_) / (stem + suffix);
    const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
    int opened = injected("open") ? -1 : ::open(temporary_.c_str(), flags | O_EXCL, 0666);
    const bool made = opened >= 0;
    if (!made && errno == EEXIST && locks) opened = ::open(temporary_.c_str(), flags, 0666);
    if (opened < 0 && errno == EINTR) continue;
    if (opened < 0 && errno == EEXIST) {  // without locks: of another thread, or left behind
      ++busy;
      continue;
    }
    if (opened < 0) fail("create a file in the folder of", errno);
    const Lock lock = locks ? lock_file(opened, waits) : Lock::kHeld;
    if (lock == Lock::kHeld && take(opened)) return;
    if (lock == Lock::kImpossible && made) ::unlink(temporary_.c_str());
    if (lock == Lock::kImpossible) locks = false;
    if (lock == Lock::kOfAnother) ++busy;
    ::close(opened);
    if (lock == Lock::kStopped) throw Stopped();
  }
  fail("lock a temporary file for", EBUSY);
}

bool AtomicFile::take(int opened) {
  if (!still_named(opened, temporary_)) return false;
  if (::ftruncate(opened, 0) != 0) {
    const int error = errno;
    ::close(opened);
    fail("create a file in the folder of", error);
  }
  descriptor_ = opened;
  return true;
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  write_at(written_, bytes);
  written_ += bytes.size();
}

void AtomicFile::write(std::string_view text) { write(std::as_bytes(std::span(text))); }

void AtomicFile::write_at(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (descriptor_ < 0) throw InternalError("AtomicFile: write after commit: " + target_.string());
  expected_bytes_ = std::max<std::uint64_t>(expected_bytes_, offset + bytes.size());
  while (!bytes.empty()) {
    const ssize_t moved = write_some(descriptor_, bytes, offset);
    if (moved < 0 && errno == EINTR) continue;
    if (moved < 0) {
      const int error = errno;
      discard();
      fail("write", error);
    }
    offset += static_cast<std::uint64_t>(moved);
    bytes = bytes.subspan(static_cast<std::size_t>(moved));
  }
}

void AtomicFile::reserve(std::uint64_t bytes) {
  if (descriptor_ < 0) throw InternalError("AtomicFile: reserve after commit: " + target_.string());
  expected_bytes_ = std::max(expected_bytes_, bytes);
  const int error =
      injected("reserve") ? errno : ::posix_fallocate(descriptor_, 0, static_cast<off_t>(bytes));
  if (error == 0) return;
  discard();
  fail("make room for", error);
}

void AtomicFile::commit() {
  if (descriptor_ < 0) throw InternalError("AtomicFile: commit twice: " + target_.string());
  if (sync_descriptor(descriptor_, "fsync") != 0) {
    const int error = errno;
    discard();
    fail("flush", error);
  }
  if (injected("rename") || ::rename(temporary_.c_str(), target_.c_str()) != 0) {
    const int error = errno;
    discard();
    fail("replace", error);
  }
  ::close(descriptor_);
  descriptor_ = -1;
  sync_folder();
}

void AtomicFile::sync_folder() {
  const int folder = ::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;  // writable but not readable: the rename itself has succeeded
  const int result = sync_descriptor(folder, "fsync folder");
  const int error = errno;
  ::close(folder);
  // Some file systems cannot flush a folder and say EINVAL; there is nothing more to be done.
  if (result != 0 && error != EINVAL) fail("flush the folder of", error);
}

// Unlinked before closing: while the lock is held nobody else can have taken the name over.
void AtomicFile::discard() noexcept {
  if (descriptor_ < 0) return;
  ::unlink(temporary_.c_str());
  ::close(descriptor_);
  descriptor_ = -1;
}

void AtomicFile::fail(const char* what, int error) const {
  throw IoError(std::string("cannot ") + what + " " + printable(target_.string(), 4096) +
                write_failure(folder_of(target_), expected_bytes_, error));
}

void write_file_atomically(const std::filesystem::path& target, std::span<const std::byte> bytes) {
  AtomicFile file(target, bytes.size());
  file.write(bytes);
  file.commit();
}

void write_file_atomically(const std::filesystem::path& target, std::string_view text) {
  write_file_atomically(target, std::as_bytes(std::span(text)));
}

AbandonedFiles remove_abandoned(const std::filesystem::path& folder, std::string_view ending) {
  AbandonedFiles removed;
  std::error_code failure;
  for (std::filesystem::directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with('.') || !name.ends_with(".tmp")) continue;
    // ".NAME.tmp" or ".NAME.1.tmp"
    const std::string target =
        name.substr(1, name.find_last_not_of(".0123456789", name.size() - 5));
    if (!target.ends_with(ending)) continue;
    const int file = ::open(at->path().c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) continue;
    struct stat status {};
    if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
        ::flock(file, LOCK_EX | LOCK_NB) == 0 && still_named(file, at->path()) &&
        ::unlink(at->path().c_str()) == 0) {
      ++removed.files;
      removed.bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
    }
    ::close(file);
  }
  return removed;
}

void set_file_fault(FileFault fault) { file_fault.store(fault); }

}  // namespace storyteller
