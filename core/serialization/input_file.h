#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace storyteller {

/// A regular file of a model or of weights, open for reading from its first byte on.
///
/// A path that cannot be opened, a folder, a pipe or a device is a `ModelError`; a read that fails,
/// and a file that became shorter meanwhile, an `IoError`.
class InputFile {
 public:
  explicit InputFile(const std::filesystem::path& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// As it appears in messages.
  const std::string& name() const { return name_; }
  /// Bytes, when it was opened.
  std::uint64_t size() const { return size_; }
  int descriptor() const { return descriptor_; }

  /// The next `size` bytes.
  void read(std::byte* out, std::uint64_t size);
  /// Where the next read begins.
  void seek(std::uint64_t position);

 private:
  std::string name_;
  std::uint64_t size_ = 0;
  int descriptor_ = -1;
};

/// Memory for `size` bytes of `file`, not zeroed, aligned for every element type. Throws
/// MemoryError that names the file.
std::unique_ptr<std::byte[]> allocate_bytes(std::uint64_t size, const std::string& file);

}  // namespace storyteller
