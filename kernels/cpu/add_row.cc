#include "kernels/cpu/add_row.h"

#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

STORYTELLER_SIMD void add(const float* __restrict x, float* __restrict y, int64_t n) {
#pragma omp simd
  for (int64_t i = 0; i < n; ++i) y[i] += x[i];
}

}  // namespace

void add_row(const float* x, float* y, int64_t n) { add(x, y, n); }
void add_row(const double* x, double* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] += x[i];
}

}  // namespace storyteller
