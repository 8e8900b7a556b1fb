#include "core/serialization/stored_convert.h"

#include <cstring>
#include <functional>

#include "core/serialization/float16.h"

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
      convert_all<std::uint16_t>(bytes, out, half_to_float);
      return true;
    case StoredType::kBF16:
      convert_all<std::uint16_t>(bytes, out, bfloat16_to_float);
      return true;
    default:
      return false;
  }
}

}  // namespace

bool convert_stored(StoredType type, std::span<const std::byte> bytes, std::span<float> out) {
  return convert_floating(type, bytes, out);
}

bool convert_stored(StoredType type, std::span<const std::byte> bytes, std::span<double> out) {
  return convert_floating(type, bytes, out);
}

bool convert_stored(StoredType type, std::span<const std::byte> bytes,
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

}  // namespace storyteller
