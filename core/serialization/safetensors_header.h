#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/serialization/stored_type.h"

namespace storyteller {

/// One tensor as the header of a safetensors file describes it.
struct StoredTensor {
  std::string name;
  StoredType type = StoredType::kF32;
  std::string other_type;           ///< the name in the file of a type that is not read (kOther)
  std::vector<std::int64_t> shape;  ///< row-major; empty = scalar; an axis may be 0
  std::uint64_t begin = 0;          ///< first byte, counted from the end of the header
  std::uint64_t end = 0;            ///< one past the last byte
};

struct SafetensorsHeader {
  std::vector<StoredTensor> tensors;            ///< sorted by name, names unique
  std::map<std::string, std::string> metadata;  ///< `__metadata__`
};

/// Limit of the format: a header of more bytes is refused before anything is allocated for it.
inline constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;

/// Metadata key of the checksum that `SafetensorsWriter` adds; see `Checksum` there.
inline constexpr std::string_view kChecksumKey = "storyteller.xxh3";

/// Parses and proves the JSON header of a file with `data_bytes` bytes behind it. Refused, as
/// `ModelError` beginning with `file`: invalid JSON or UTF-8, duplicate keys anywhere, unknown
/// keys, a shape whose product overflows or does not fit the byte range, ranges that overlap,
/// leave a hole, lie outside, or leave bytes over. After it returns, [begin, end) of every tensor
/// lies inside the data and has exactly size_of(type) times the product of `shape` bytes, or, where
/// its type is kOther, about a bit for each element; it may begin at any byte, whatever the type.
/// Format: https://huggingface.co/docs/safetensors (Hugging Face, 2022).
SafetensorsHeader parse_safetensors_header(std::string_view json, std::uint64_t data_bytes,
                                           const std::string& file);

}  // namespace storyteller
