#include "kernels/coverage.h"

#include <algorithm>

namespace storyteller {

template <class T>
void coverage_forward(Cpu, const CoverageForward<T>& p) {
  std::fill_n(p.missing, p.B * p.L, Wide<T>{1});
  for (int64_t t = 0; t < p.steps; ++t) {
    const Wide<T>* alpha = p.alpha + p.offset[t] * p.L;
    const int64_t n = (p.offset[t + 1] - p.offset[t]) * p.L;
    for (int64_t i = 0; i < n; ++i) p.missing[i] -= alpha[i];
  }
  double sum = 0;
  for (int64_t i = 0; i < p.B * p.L; ++i) {
    sum += static_cast<double>(p.missing[i]) * static_cast<double>(p.missing[i]);
  }
  *p.loss = static_cast<Wide<T>>(p.weight * sum / static_cast<double>(p.B * p.L));
}

template <class T>
void coverage_backward(Cpu, const CoverageBackward<T>& p) {
  const Wide<T> factor = -2 * p.weight * *p.dloss / static_cast<Wide<T>>(p.B * p.L);
  for (int64_t t = 0; t < p.steps; ++t) {
    Wide<T>* dalpha = p.dalpha + p.offset[t] * p.L;
    const int64_t n = (p.offset[t + 1] - p.offset[t]) * p.L;
    for (int64_t i = 0; i < n; ++i) dalpha[i] += factor * p.missing[i];
  }
}

template void coverage_forward<float>(Cpu, const CoverageForward<float>&);
template void coverage_forward<double>(Cpu, const CoverageForward<double>&);
template void coverage_backward<float>(Cpu, const CoverageBackward<float>&);
template void coverage_backward<double>(Cpu, const CoverageBackward<double>&);

}  // namespace storyteller
