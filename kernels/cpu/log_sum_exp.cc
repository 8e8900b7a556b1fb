#include "kernels/cpu/log_sum_exp.h"

#include <cmath>

#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

template <class T>
[[gnu::always_inline]] inline T log_sum_exp_of(const T* x, int64_t n) {
  T largest = x[0];
#pragma omp simd reduction(max : largest)
  for (int64_t i = 0; i < n; ++i) largest = largest < x[i] ? x[i] : largest;
  T sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < n; ++i) sum += simd::exp(x[i] - largest);
  return largest + std::log(sum);
}

}  // namespace

STORYTELLER_SIMD float log_sum_exp(const float* x, int64_t n) { return log_sum_exp_of(x, n); }
double log_sum_exp(const double* x, int64_t n) { return log_sum_exp_of(x, n); }

}  // namespace storyteller
