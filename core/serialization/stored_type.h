#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace storyteller {

/// Element types of a safetensors file, under the names of the format ("F32", "BF16", ...).
/// Little-endian; kBool is one byte, 0 or 1. Ordered by size; writers sort by it.
enum class StoredType : std::uint8_t {
  kBool,
  kU8,
  kI8,
  kI16,
  kU16,
  kF16,
  kBF16,
  kI32,
  kU32,
  kF32,
  kF64,
  kI64,
  kU64,
};

/// Bytes of one element: 1, 2, 4 or 8.
std::uint64_t size_of(StoredType type);
/// The name in the file, e.g. "BF16".
std::string_view name_of(StoredType type);
/// Nothing for a name that this format version does not have.
std::optional<StoredType> stored_type(std::string_view name);

}  // namespace storyteller
