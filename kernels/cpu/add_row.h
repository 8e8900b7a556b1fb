#pragma once

#include <cstdint>

namespace storyteller {

/// y += x, n elements that do not overlap.
void add_row(const float* x, float* y, int64_t n);
void add_row(const double* x, double* y, int64_t n);

}  // namespace storyteller
