#include "kernels/region_mean.h"

#include <algorithm>

#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

STORYTELLER_SIMD void add_row(const float* __restrict x, float scale, float* __restrict y,
                              int64_t n) {
#pragma omp simd
  for (int64_t i = 0; i < n; ++i) y[i] += scale * x[i];
}
void add_row(const double* x, double scale, double* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] += scale * x[i];
}

}  // namespace

template <class T>
void region_mean_forward(Cpu, const RegionMeanForward<T>& p) {
  const T share = T{1} / static_cast<T>(p.L);
  parallel_shares(p.I, p.I * p.L * p.D, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      std::fill_n(p.mean + i * p.D, p.D, T{0});
      for (int64_t l = 0; l < p.L; ++l) {
        add_row(p.x + (i * p.L + l) * p.D, share, p.mean + i * p.D, p.D);
      }
    }
  });
}

template <class T>
void region_mean_backward(Cpu, const RegionMeanBackward<T>& p) {
  const T share = T{1} / static_cast<T>(p.L);
  parallel_shares(p.I, p.I * p.L * p.D, 1, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin * p.L; row < end * p.L; ++row) {
      add_row(p.dmean + row / p.L * p.D, share, p.dx + row * p.D, p.D);
    }
  });
}

template void region_mean_forward<float>(Cpu, const RegionMeanForward<float>&);
template void region_mean_forward<double>(Cpu, const RegionMeanForward<double>&);
template void region_mean_backward<float>(Cpu, const RegionMeanBackward<float>&);
template void region_mean_backward<double>(Cpu, const RegionMeanBackward<double>&);

}  // namespace storyteller
