#include "model/encoder/pretrained.h"

#include <string>
#include <utility>
#include <vector>

namespace storyteller {

void load_pretrained_values(const WeightsFile& file, Parameters& parameters,
                            std::string_view except) {
  std::vector<std::pair<Parameters::Id, std::vector<float>>> read;
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (!parameters.name(id).starts_with(kEncoderPrefix)) continue;
    const std::string name = parameters.name(id).substr(kEncoderPrefix.size());
    if (name == except) continue;
    const Shape& shape = parameters.value(id).shape();
    std::vector<int64_t> sizes;
    sizes.reserve(Shape::kMaxRank);
    for (int axis = 0; axis < shape.rank(); ++axis) sizes.push_back(shape[axis]);
    file.require_shape(name, sizes);
    std::vector<float> values(static_cast<size_t>(shape.elements()));
    file.read_float(name, values);
    read.emplace_back(id, std::move(values));
  }
  for (const auto& [id, values] : read) {
    const Tensor& value = parameters.value(id);
    value.copy_from(Tensor::from(value.shape(), values, value.device()));
  }
  parameters.bump_version();
}

}  // namespace storyteller
