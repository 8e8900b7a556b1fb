#pragma once

#include <cstdint>

namespace storyteller {

/// log sum_i exp(x_i) of n >= 1 numbers, by way of their maximum.
float log_sum_exp(const float* x, int64_t n);
double log_sum_exp(const double* x, int64_t n);

}  // namespace storyteller
