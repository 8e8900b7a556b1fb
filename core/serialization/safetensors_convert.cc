// Reading tensors of a safetensors file as the numbers that the caller computes with.
#include <string>
#include <type_traits>

#include "core/error.h"
#include "core/serialization/safetensors.h"
#include "core/serialization/stored_convert.h"
#include "core/system/printable.h"

namespace storyteller {

template <class Out>
void SafetensorsFile::convert(std::string_view name, std::span<Out> out) const {
  const StoredTensorView tensor = find(name);
  if (tensor.bytes.size() / size_of(tensor.type) != out.size()) {
    throw ModelError(file_ + ": tensor '" + printable(name) + "' has shape " +
                     shape_text(tensor.shape) + ", but " + std::to_string(out.size()) +
                     " elements were expected");
  }
  if (convert_stored(tensor.type, tensor.bytes, out)) return;
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
