#pragma once

#include <cstdint>
#include <string_view>

namespace storyteller {

/// Element types of a safetensors file, under the names of the format ("F32", "BF16", ...).
/// Little-endian; kBool is one byte, 0 or 1. Ordered by size; writers sort by it. kOther stands for
/// all types that are listed and not read, such as complex numbers and those below a byte.
enum class StoredType : std::uint8_t {
  kOther,
  kBool,
  kU8,
  kI8,
  kF8E5M2,
  kF8E4M3,
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

/// Bytes of one element: 1, 2, 4 or 8; 0 for kOther.
std::uint64_t size_of(StoredType type);
/// The name in the file, e.g. "BF16"; "other" for kOther.
std::string_view name_of(StoredType type);
/// kOther for a name that is not read.
StoredType stored_type(std::string_view name);

}  // namespace storyteller
