#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace storyteller {

/// A file that appears complete or not at all.
///
/// Bytes go to `.NAME.tmp` in the folder of the target; `commit()` flushes them to the disk
/// (fsync), puts them in place of the target (rename is atomic in POSIX) and flushes the folder, so
/// that after a crash or a power cut the target is either the old file or the new one. Without
/// `commit()` the target stays as it was and the temporary is removed. A temporary left behind by
/// kill -9 is taken over by the next save of the same name: litter never grows.
///
/// Two processes may save the same name at once: each locks a temporary of its own, the last
/// `commit()` wins. On a file system without locks a temporary bears the number of its process, and
/// nobody takes it over. A symbolic link is followed: what it points at is replaced, not the link.
///
/// Every failure is an `IoError` that names the path, the cause (disk full, permission, ...), the
/// bytes needed and the bytes free.
class AtomicFile {
 public:
  /// `expected_bytes`: size of the whole file where known (0 = unknown), for the message alone.
  explicit AtomicFile(const std::filesystem::path& target, std::uint64_t expected_bytes = 0);
  /// For what only one process should compute: waits while another one writes the same file, where
  /// the file system has locks. `waits`, which may be empty, is called once where it has to. Throws
  /// Stopped where a signal ends the waiting.
  AtomicFile(const std::filesystem::path& target, const std::function<void()>& waits);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Behind what was written so far.
  void write(std::span<const std::byte> bytes);
  void write(std::string_view text);
  /// Gives the file its size, so that a full disk shows before the work that fills it.
  void reserve(std::uint64_t bytes);
  void write_at(std::uint64_t offset, std::span<const std::byte> bytes);
  /// Once, at the end. Afterwards the new file is on the disk.
  void commit();

 private:
  /// `waits` null: where another process writes the file, a temporary beside its own.
  void open_temporary(const std::function<void()>* waits);
  void lock_temporary(const std::function<void()>* waits);
  /// Whether the lock is held, on a file that still has its name and is empty now.
  bool take(int opened);
  void sync_folder();
  void discard() noexcept;
  [[noreturn]] void fail(const char* what, int error) const;

  std::filesystem::path target_;
  std::filesystem::path temporary_;
  std::uint64_t expected_bytes_ = 0;
  std::uint64_t written_ = 0;  // where write() goes on
  int descriptor_ = -1;
};

/// The whole of a file in one call; see `AtomicFile`.
void write_file_atomically(const std::filesystem::path& target, std::span<const std::byte> bytes);
void write_file_atomically(const std::filesystem::path& target, std::string_view text);

/// Temporaries in a folder that killed processes left behind.
struct AbandonedFiles {
  std::size_t files = 0;
  std::uint64_t bytes = 0;  ///< that they took
};
/// Removes those of targets whose names end in `ending`. Never throws: what another process writes,
/// and what cannot be locked or removed, stays.
AbandonedFiles remove_abandoned(const std::filesystem::path& folder, std::string_view ending);

/// Test seam: called before each system call of a save ("open", "lock", "reserve", "write",
/// "fsync", "rename", "fsync folder"); a value other than 0 is an `errno` that the call then fails
/// with (a failing write first writes half of its bytes, as a full disk does). Null (the default):
/// nothing fails.
using FileFault = int (*)(const char* call);
void set_file_fault(FileFault fault);

}  // namespace storyteller
