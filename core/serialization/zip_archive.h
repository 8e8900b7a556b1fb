#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/serialization/input_file.h"

namespace storyteller {

/// The entries of a ZIP archive, the frame of PyTorch's checkpoints and NumPy's .npz; by libzip.
///
/// Refused when it is opened, as a ModelError that begins with the file: what libzip takes for
/// inconsistent, names that are absolute, climb with "..", or stand there twice, encryption,
/// compression other than deflate, more than kMaxZipEntries, and more unpacked bytes than
/// 64 MiB + 32 times those of the file, whose zeros a ZIP bomb would be made of.
class ZipArchive {
 public:
  struct Entry {
    std::string name;
    std::uint64_t size = 0;   ///< unpacked
    std::uint64_t index = 0;  ///< libzip's
  };

  /// Keeps reading from the file, which must outlive the archive.
  explicit ZipArchive(const InputFile& input);
  /// From memory, which must outlive it; `file` stands for it in messages.
  ZipArchive(std::span<const std::byte> bytes, const std::string& file);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  const std::string& file() const { return file_; }
  /// Sorted by name; folders left out.
  const std::vector<Entry>& entries() const { return entries_; }
  /// Null where there is none.
  const Entry* find(std::string_view name) const;

  /// The unpacked bytes; a ModelError where they, or their checksum, are not what the entry says.
  std::unique_ptr<std::byte[]> read(const Entry& entry) const;

 private:
  struct Handle;
  void list_entries(std::uint64_t file_bytes);

  std::string file_;
  std::unique_ptr<Handle> handle_;
  std::vector<Entry> entries_;
};

inline constexpr std::uint64_t kMaxZipEntries = 100'000;

}  // namespace storyteller
