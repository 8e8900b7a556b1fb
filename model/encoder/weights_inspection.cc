#include "model/encoder/weights_inspection.h"

#include <algorithm>

#include "core/serialization/finite.h"

namespace storyteller {
namespace {

bool is_floating(StoredType type) {
  switch (type) {
    case StoredType::kF8E5M2:
    case StoredType::kF8E4M3:
    case StoredType::kF16:
    case StoredType::kBF16:
    case StoredType::kF32:
    case StoredType::kF64:
      return true;
    default:
      return false;
  }
}

void look_at_values(const WeightsFile& file, WeightsInspection& found) {
  for (const WeightTensor& tensor : file.tensors()) {
    if (!is_floating(tensor.type)) continue;
    std::vector<float> values(static_cast<std::size_t>(element_count(tensor.shape)));
    file.read_float(tensor.name, values);
    const std::size_t count = count_not_finite(values);
    if (count > 0) found.not_finite.push_back({tensor.name, count});
    const bool zero = std::all_of(values.begin(), values.end(), [](float x) { return x == 0; });
    if (zero && tensor.shape.size() > 1 && !values.empty()) {
      found.zero.push_back({tensor.name, values.size()});
    }
  }
}

}  // namespace

WeightsInspection inspect(const WeightsFile& file) {
  WeightsInspection found;
  found.encoders = fitting_encoders(file);
  if (found.encoders.empty()) found.nearest = nearest_encoder(file);
  look_at_values(file, found);
  for (const WeightTensor& tensor : file.tensors()) found.elements += element_count(tensor.shape);
  return found;
}

}  // namespace storyteller
