// Reading tensors of a safetensors file as the numbers that the caller computes with.
#include <cstring>
#include <functional>
#include <string>
#include <type_traits>

#include "core/error.h"
#include "core/serialization/float16.h"
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
      convert_all<std::uint16_t>(bytes, out, half_to_float);
      return true;
    case StoredType::kBF16:
      convert_all<std::uint16_t>(bytes, out, bfloat16_to_float);
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

}  // namespace

template <class Out>
void SafetensorsFile::convert(std::string_view name, std::span<Out> out) const {
  const StoredTensorView tensor = find(name);
  if (tensor.bytes.size() / size_of(tensor.type) != out.size()) {
    throw ModelError(file_ + ": tensor '" + printable(name) + "' has shape " +
                     shape_text(tensor.shape) + ", but " + std::to_string(out.size()) +
                     " elements were expected");
  }
  bool converted = false;
  if constexpr (std::is_floating_point_v<Out>) {
    converted = convert_floating(tensor.type, tensor.bytes, out);
  } else {
    converted = convert_integer(tensor.type, tensor.bytes, out);
  }
  if (converted) return;
  throw ModelError(file_ + ": tensor '" + printable(name) + "' has type " +
                   std::string(name_of(tensor.type)) + ", but " +
                   (std::is_floating_point_v<Out> ? "floating-point numbers" : "integers") +
                   " were expected");
}

void SafetensorsFile::read_float(std::string_view name, std::span<float> out) const {
  convert(name, out);
}

void SafetensorsFile::read_double(std::string_view name, std::span<double> out) const {
  convert(name, out);
}

void SafetensorsFile::read_int64(std::string_view name, std::span<std::int64_t> out) const {
  convert(name, out);
}

}  // namespace storyteller
