// Reading tensors of a safetensors file as the numbers that the caller computes with.
#include <string>

#include "core/serialization/safetensors.h"
#include "core/serialization/stored_convert.h"

namespace storyteller {

template <class Out>
void SafetensorsFile::convert(std::string_view name, std::span<Out> out) const {
  const StoredTensorView tensor = find(name);
  const std::string who = tensor_in(file_, name);
  require_read(who, tensor.type, tensor.other_type);
  require_stored_elements(who, tensor.shape, out.size());
  convert_stored(who, tensor.type, tensor.bytes, out);
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
