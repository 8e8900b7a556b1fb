// Three passes over a row that fits into the first-level cache or nearly so: maximum, sum of
// exponentials (kept in place), gradient.
#include "kernels/cross_entropy.h"

#include <algorithm>
#include <cmath>

#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

template <class T>
[[gnu::always_inline]] inline void row(const CrossEntropy<T>& p, int64_t n) {
  T* x = p.logits + n * p.V;
  const int32_t target = p.target[n];
  if (target < 0) {
    p.loss[n] = 0;
    if (p.with_gradient) std::fill_n(x, p.V, T{0});
    return;
  }
  const T weight = p.weight == nullptr ? T{1} : p.weight[n];
  T largest = x[0];
#pragma omp simd reduction(max : largest)
  for (int64_t v = 0; v < p.V; ++v) largest = largest < x[v] ? x[v] : largest;
  const T chosen = x[target];
  T sum = 0, total = 0;
  if (p.with_gradient) {
#pragma omp simd reduction(+ : sum, total)
    for (int64_t v = 0; v < p.V; ++v) {
      total += x[v];
      x[v] = simd::exp(x[v] - largest);
      sum += x[v];
    }
  } else {
#pragma omp simd reduction(+ : sum, total)
    for (int64_t v = 0; v < p.V; ++v) {
      total += x[v];
      sum += simd::exp(x[v] - largest);
    }
  }
  const T log_sum = largest + std::log(sum);
  const T uniform = p.smoothing / static_cast<T>(p.V);
  p.loss[n] = weight * ((1 - p.smoothing) * (log_sum - chosen) +
                        uniform * (static_cast<T>(p.V) * log_sum - total));
  if (!p.with_gradient) return;
  const T factor = p.scale * weight, inverse = factor / sum, shift = factor * uniform;
#pragma omp simd
  for (int64_t v = 0; v < p.V; ++v) x[v] = x[v] * inverse - shift;
  x[target] -= factor * (1 - p.smoothing);
}

STORYTELLER_SIMD void rows(const CrossEntropy<float>& p, int64_t begin, int64_t end) {
  for (int64_t n = begin; n < end; ++n) row(p, n);
}
void rows(const CrossEntropy<double>& p, int64_t begin, int64_t end) {
  for (int64_t n = begin; n < end; ++n) row(p, n);
}

}  // namespace

template <class T>
void cross_entropy(Cpu, const CrossEntropy<T>& p) {
  parallel_shares(p.N, 4 * p.N * p.V, 1, [&](int64_t begin, int64_t end) { rows(p, begin, end); });
}

template void cross_entropy<float>(Cpu, const CrossEntropy<float>&);
template void cross_entropy<double>(Cpu, const CrossEntropy<double>&);

}  // namespace storyteller
