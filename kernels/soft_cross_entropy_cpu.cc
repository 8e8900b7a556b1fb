// Passes over a row that fits into the first-level cache or nearly so. Both kernels form a
// probability by the same operations in the same order: a student that says what its teacher says
// has a gradient of 0.
#include "kernels/soft_cross_entropy.h"

#include <algorithm>
#include <cmath>

#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

/// What the probabilities of a row are formed from: exp(x_v - largest) / sum.
template <class T>
struct RowSums {
  T largest, sum;
};

template <class T>
[[gnu::always_inline]] inline RowSums<T> sums_of(const T* x, int64_t V) {
  T largest = x[0], sum = 0;
#pragma omp simd reduction(max : largest)
  for (int64_t v = 0; v < V; ++v) largest = largest < x[v] ? x[v] : largest;
#pragma omp simd reduction(+ : sum)
  for (int64_t v = 0; v < V; ++v) sum += simd::exp(x[v] - largest);
  return {largest, sum};
}

template <class T>
[[gnu::always_inline]] inline void judge_row(const SoftCrossEntropy<T>& p, int64_t n) {
  T* x = p.logits + n * p.V;
  if (p.target != nullptr && p.target[n] < 0) {
    p.loss[n] = 0;
    if (p.with_gradient) std::fill_n(x, p.V, T{0});
    return;
  }
  const T* q = p.q + n * p.V;
  const T weight = p.weight == nullptr ? T{1} : p.weight[n];
  const RowSums<T> row = sums_of(x, p.V);
  const T largest = row.largest, inverse = 1 / row.sum, factor = p.scale * weight;
  T expected = 0;  // sum_v q_v (x_v - largest)
#pragma omp simd reduction(+ : expected)
  for (int64_t v = 0; v < p.V; ++v) expected += q[v] == 0 ? T{0} : q[v] * (x[v] - largest);
  p.loss[n] = weight * (std::log(row.sum) - expected);
  if (!p.with_gradient) return;
#pragma omp simd
  for (int64_t v = 0; v < p.V; ++v) {
    x[v] = factor * (simd::exp(x[v] - largest) * inverse - q[v]);
  }
}

template <class T>
[[gnu::always_inline]] inline void add_row(const AddSoftmax<T>& p, int64_t n) {
  const T* x = p.x + n * p.V;
  T* q = p.q + n * p.V;
  const RowSums<T> row = sums_of(x, p.V);
  const T largest = row.largest, inverse = 1 / row.sum, scale = p.scale;
  if (!p.accumulate) std::fill_n(q, p.V, T{0});
#pragma omp simd
  for (int64_t v = 0; v < p.V; ++v) q[v] += scale * (simd::exp(x[v] - largest) * inverse);
}

STORYTELLER_SIMD void judge(const SoftCrossEntropy<float>& p, int64_t begin, int64_t end) {
  for (int64_t n = begin; n < end; ++n) judge_row(p, n);
}
void judge(const SoftCrossEntropy<double>& p, int64_t begin, int64_t end) {
  for (int64_t n = begin; n < end; ++n) judge_row(p, n);
}

STORYTELLER_SIMD void add_up(const AddSoftmax<float>& p, int64_t begin, int64_t end) {
  for (int64_t n = begin; n < end; ++n) add_row(p, n);
}
void add_up(const AddSoftmax<double>& p, int64_t begin, int64_t end) {
  for (int64_t n = begin; n < end; ++n) add_row(p, n);
}

}  // namespace

template <class T>
void soft_cross_entropy(Cpu, const SoftCrossEntropy<T>& p) {
  parallel_shares(p.N, 6 * p.N * p.V, 1, [&](int64_t begin, int64_t end) { judge(p, begin, end); });
}

template <class T>
void add_softmax(Cpu, const AddSoftmax<T>& p) {
  parallel_shares(p.N, 5 * p.N * p.V, 1,
                  [&](int64_t begin, int64_t end) { add_up(p, begin, end); });
}

template void soft_cross_entropy<float>(Cpu, const SoftCrossEntropy<float>&);
template void soft_cross_entropy<double>(Cpu, const SoftCrossEntropy<double>&);
template void add_softmax<float>(Cpu, const AddSoftmax<float>&);
template void add_softmax<double>(Cpu, const AddSoftmax<double>&);

}  // namespace storyteller
