#pragma once

#include <vector>

#include "core/tensor.h"

namespace storyteller {

/// Numbers from the host in a storage type: float32, float64 or bfloat16.
Tensor constant(Shape shape, const std::vector<float>& values, DType dtype, Device device);

}  // namespace storyteller
