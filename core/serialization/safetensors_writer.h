#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/serialization/safetensors_header.h"
#include "core/serialization/stored_type.h"

namespace storyteller {

class SafetensorsFile;

/// Whether a file carries `storyteller.xxh3` in its metadata: 64 bits over header and data, so
/// that `SafetensorsFile` finds a file that was damaged after it was written.
enum class Checksum { kNone, kAdd };

/// Collects tensors and writes them as one safetensors file, atomically. Equal content gives equal
/// bytes whatever the order of the calls: by type, wide elements first (so that every tensor is
/// aligned), then by name. Order and layout are those of the reference implementation.
class SafetensorsWriter {
 public:
  /// `data`: row-major, little-endian, as many elements as `shape` has; null only for none. It is
  /// NOT copied: keep it unchanged until the file is written. A name twice is an `InternalError`.
  void add(const std::string& name, StoredType type, std::vector<std::int64_t> shape,
           const void* data);
  /// The same with bytes that the writer keeps, as many as the tensor has.
  void add(const std::string& name, StoredType type, std::vector<std::int64_t> shape,
           std::vector<std::byte> bytes);
  /// Narrows to kF16 or kBF16 (nearest, ties to even) or keeps kF32; converts into a copy.
  void add_rounded(const std::string& name, StoredType type, std::vector<std::int64_t> shape,
                   const float* data);
  /// All that `file` holds but its checksum and the tensors whose names begin by `except` ("":
  /// none). The data are NOT copied: `file` must stay open until the file is written.
  void add_all(const SafetensorsFile& file, std::string_view except = {});
  /// Free text, UTF-8; a second value for a key replaces the first.
  void set_metadata(const std::string& key, const std::string& value);

  /// `IoError` where the disk refuses: what was at `path` is then untouched.
  void write(const std::filesystem::path& path, Checksum checksum = Checksum::kAdd) const;
  /// The same bytes in memory.
  std::vector<std::byte> bytes(Checksum checksum = Checksum::kAdd) const;

 private:
  struct Tensor {
    StoredType type;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
  };
  struct Named {
    const std::string* name;
    const Tensor* tensor;
  };
  std::vector<Named> in_file_order() const;
  /// Length and header, up to where the data begin.
  std::string front(Checksum checksum) const;

  std::map<std::string, Tensor> tensors_;
  // Owned by us; moving the inner vectors does not move their data.
  std::vector<std::vector<std::uint16_t>> rounded_;
  std::vector<std::vector<std::byte>> kept_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace storyteller
