#include "core/serialization/stored_convert.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "core/error.h"
#include "core/serialization/narrow_floats.h"
#include "core/serialization/safetensors.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

template <class In>
In load(const std::byte* at) {
  In value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// `out[i]` = `widen` of the i-th stored element.
template <class In, class Out, class Widen>
void convert_all(std::span<const std::byte> bytes, std::span<Out> out, Widen widen) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<Out>(widen(load<In>(bytes.data() + i * sizeof(In))));
  }
}

/// False where `Out` does not read `type`.
template <class Out>
bool convert_floating(StoredType type, std::span<const std::byte> bytes, std::span<Out> out) {
  switch (type) {
    case StoredType::kF64:
      convert_all<double>(bytes, out, std::identity());
      return true;
    case StoredType::kF32:
      convert_all<float>(bytes, out, std::identity());
      return true;
    case StoredType::kF16:
      convert_all<std::uint16_t>(bytes, out,
                                 [](std::uint16_t half) { return half_to_float(half); });
      return true;
    case StoredType::kBF16:
      convert_all<std::uint16_t>(bytes, out, bfloat16_to_float);
      return true;
    case StoredType::kF8E5M2:
      convert_all<std::uint8_t>(bytes, out, float8_e5m2_to_float);
      return true;
    case StoredType::kF8E4M3:
      convert_all<std::uint8_t>(bytes, out, float8_e4m3_to_float);
      return true;
    default:
      return false;
  }
}

bool convert_integer(StoredType type, std::span<const std::byte> bytes,
                     std::span<std::int64_t> out) {
  const std::identity same;
  switch (type) {
    case StoredType::kBool:
      convert_all<std::uint8_t>(bytes, out, [](std::uint8_t value) { return value != 0 ? 1 : 0; });
      return true;
    case StoredType::kU8:
      convert_all<std::uint8_t>(bytes, out, same);
      return true;
    case StoredType::kI8:
      convert_all<std::int8_t>(bytes, out, same);
      return true;
    case StoredType::kU16:
      convert_all<std::uint16_t>(bytes, out, same);
      return true;
    case StoredType::kI16:
      convert_all<std::int16_t>(bytes, out, same);
      return true;
    case StoredType::kU32:
      convert_all<std::uint32_t>(bytes, out, same);
      return true;
    case StoredType::kI32:
      convert_all<std::int32_t>(bytes, out, same);
      return true;
    case StoredType::kI64:
      convert_all<std::int64_t>(bytes, out, same);
      return true;
    default:
      return false;
  }
}

void require_converted(bool converted, const std::string& who, StoredType type,
                       const char* expected) {
  if (converted) return;
  throw ModelError(who + " has type " + std::string(name_of(type)) + ", but " + expected +
                   " were expected");
}
constexpr const char* kFloatingPoint = "floating-point numbers";

}  // namespace

void convert_stored(const std::string& who, StoredType type, std::span<const std::byte> bytes,
                    std::span<float> out) {
  require_converted(convert_floating(type, bytes, out), who, type, kFloatingPoint);
}

void convert_stored(const std::string& who, StoredType type, std::span<const std::byte> bytes,
                    std::span<double> out) {
  require_converted(convert_floating(type, bytes, out), who, type, kFloatingPoint);
}

void convert_stored(const std::string& who, StoredType type, std::span<const std::byte> bytes,
                    std::span<std::int64_t> out) {
  require_converted(convert_integer(type, bytes, out), who, type, "integers");
}

void require_read(const std::string& who, StoredType type, std::string_view other_type) {
  if (type != StoredType::kOther) return;
  throw ModelError(who + " has the type " + printable(other_type) +
                   ", which is not read; save it as float32 or float16");
}

std::string tensor_in(const std::string& file, std::string_view name) {
  return file + ": tensor '" + printable(name) + "'";
}

void require_stored_shape(const std::string& who, std::span<const std::int64_t> stored,
                          std::span<const std::int64_t> wanted) {
  if (std::equal(wanted.begin(), wanted.end(), stored.begin(), stored.end())) return;
  throw ModelError(who + " has shape " + shape_text(stored) + ", but " + shape_text(wanted) +
                   " was expected");
}

void require_stored_elements(const std::string& who, std::span<const std::int64_t> stored,
                             std::size_t wanted) {
  if (static_cast<std::uint64_t>(element_count(stored)) == wanted) return;
  throw ModelError(who + " has shape " + shape_text(stored) + ", but " + std::to_string(wanted) +
                   " elements were expected");
}

}  // namespace storyteller
