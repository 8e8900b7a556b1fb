#pragma once

#include <vector>

#include "core/tensor.h"

namespace storyteller {

/// Numbers of packed rows, float32 or float64, on the host.
std::vector<double> from_rows(const Tensor& values);

}  // namespace storyteller
