#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/serialization/input_file.h"
#include "core/serialization/safetensors_header.h"
#include "core/serialization/stored_type.h"

namespace storyteller {

/// One tensor inside a `SafetensorsFile`; valid as long as the file object.
struct StoredTensorView {
  StoredType type;
  std::span<const std::int64_t> shape;  ///< row-major; empty = scalar
  std::span<const std::byte> bytes;     ///< little-endian, any alignment
  std::string_view other_type;          ///< the name in the file where `type` is kOther
};

/// Elements of a shape: the product of its axes, 1 for a scalar.
std::int64_t element_count(std::span<const std::int64_t> shape);

/// A safetensors file, read whole and proven before anything of it is seen: no view can reach
/// outside the data, whatever the file says. (It is not memory-mapped: a file that is truncated
/// while mapped kills the process with SIGBUS.)
///
/// All errors about the content are `ModelError`s that name the file, the tensor, the cause and,
/// where there is one, the fix; a read that fails is an `IoError`. A checksum written by
/// `SafetensorsWriter` is verified.
class SafetensorsFile {
 public:
  static SafetensorsFile open(const std::filesystem::path& path);
  /// The same of a file that is open, from its first byte on.
  static SafetensorsFile read(InputFile& input);
  /// The same from memory; `name` stands for the file in messages. The bytes are copied.
  static SafetensorsFile parse(std::span<const std::byte> bytes, const std::string& name);

  /// As it appears in messages.
  const std::string& file() const { return file_; }
  /// `__metadata__`: free text by key.
  const std::map<std::string, std::string>& metadata() const { return header_.metadata; }
  /// Value of a metadata key; a key that is not there is a `ModelError`.
  const std::string& metadata(const std::string& key) const;

  /// Sorted.
  std::vector<std::string> names() const;
  bool contains(std::string_view name) const;
  /// A name that is not there is a `ModelError` that suggests the closest one.
  StoredTensorView find(std::string_view name) const;

  /// Converts F32, F16, BF16, F8 (exact) or F64 (rounded to nearest) into `out`, which must have as
  /// many elements as the tensor.
  void read_float(std::string_view name, std::span<float> out) const;
  /// Converts F64, F32, F16, BF16, F8, all exactly.
  void read_double(std::string_view name, std::span<double> out) const;
  /// Converts BOOL, I8, U8, I16, U16, I32, U32, I64, all exactly.
  void read_int64(std::string_view name, std::span<std::int64_t> out) const;

  /// `name` must have this shape; otherwise a `ModelError` that shows both.
  void require_shape(std::string_view name, std::span<const std::int64_t> shape) const;

 private:
  SafetensorsFile() = default;
  const StoredTensor* lookup(std::string_view name) const;
  template <class Out>
  void convert(std::string_view name, std::span<Out> out) const;

  std::string file_;
  SafetensorsHeader header_;
  std::unique_ptr<std::byte[]> data_;
};

/// "[2, 3]", as PyTorch prints it.
std::string shape_text(std::span<const std::int64_t> shape);

}  // namespace storyteller
