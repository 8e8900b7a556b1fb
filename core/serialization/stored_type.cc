#include "core/serialization/stored_type.h"

#include <array>
#include <cstddef>

namespace storyteller {
namespace {

struct Description {
  StoredType type;
  std::string_view name;
  std::uint64_t size;
};

// In the order of the enumeration.
constexpr std::array<Description, 16> kTypes = {{
    {StoredType::kOther, "other", 0},
    {StoredType::kBool, "BOOL", 1},
    {StoredType::kU8, "U8", 1},
    {StoredType::kI8, "I8", 1},
    {StoredType::kF8E5M2, "F8_E5M2", 1},
    {StoredType::kF8E4M3, "F8_E4M3", 1},
    {StoredType::kI16, "I16", 2},
    {StoredType::kU16, "U16", 2},
    {StoredType::kF16, "F16", 2},
    {StoredType::kBF16, "BF16", 2},
    {StoredType::kI32, "I32", 4},
    {StoredType::kU32, "U32", 4},
    {StoredType::kF32, "F32", 4},
    {StoredType::kF64, "F64", 8},
    {StoredType::kI64, "I64", 8},
    {StoredType::kU64, "U64", 8},
}};

}  // namespace

std::uint64_t size_of(StoredType type) { return kTypes[static_cast<std::size_t>(type)].size; }

std::string_view name_of(StoredType type) { return kTypes[static_cast<std::size_t>(type)].name; }

StoredType stored_type(std::string_view name) {
  for (const Description& description : kTypes) {
    if (description.name == name) return description.type;
  }
  return StoredType::kOther;
}

}  // namespace storyteller
