#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <vector>

#include "core/serialization/safetensors_writer.h"
#include "kernels/philox.h"
#include "model/encoder/encoder.h"

namespace storyteller {

/// A random MobileNetV2, in a file as the pretrained one comes in.
inline void write_random_encoder(const std::filesystem::path& path) {
  Parameters parameters;
  parameters.add_group({.name = "encoder"});
  make_encoder("mobilenet_v2", parameters);
  parameters.allocate(DType::kFloat32, Device::cpu(), 1, false);
  SafetensorsWriter writer;
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    const Tensor& value = parameters.value(id);
    const int64_t fan_in = value.shape().row_elements();
    for (int64_t i = 0; i < value.elements(); ++i) {
      const uint32_t bits = philox(3, static_cast<uint64_t>(id), static_cast<uint64_t>(i))[0];
      value.data<float>()[i] =
          std::sqrt(6.0F / static_cast<float>(fan_in)) * (2 * uniform01(bits) - 1);
    }
    std::vector<int64_t> shape;
    for (int axis = 0; axis < value.shape().rank(); ++axis) shape.push_back(value.shape()[axis]);
    writer.add(parameters.name(id).substr(std::strlen("encoder.")), StoredType::kF32, shape,
               value.raw());
  }
  writer.write(path);
}

}  // namespace storyteller
