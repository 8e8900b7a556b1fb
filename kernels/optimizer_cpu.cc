// Bound by memory: Adam moves 28 bytes an element in one pass.
#include "kernels/optimizer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

template <class T>
[[gnu::always_inline]] inline double block_sum(const T* x, int64_t n) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < n; ++i) sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  return sum;
}
STORYTELLER_SIMD double sum_block(const float* x, int64_t n) { return block_sum(x, n); }
double sum_block(const double* x, int64_t n) { return block_sum(x, n); }

/// 0, or NaN where an element is not finite.
template <class T>
[[gnu::always_inline]] inline T block_zero(const T* x, int64_t n) {
  T zero = 0;
#pragma omp simd reduction(+ : zero)
  for (int64_t i = 0; i < n; ++i) zero += 0 * x[i];
  return zero;
}
STORYTELLER_SIMD float zero_block(const float* x, int64_t n) { return block_zero(x, n); }
double zero_block(const double* x, int64_t n) { return block_zero(x, n); }

template <class T>
[[gnu::always_inline]] inline T scaled(T g, T scale, T limit) {
  g *= scale;
  g = g > limit ? limit : g;
  return g < -limit ? -limit : g;
}

/// Whether an update with this sum of squares may write.
bool writes(const double* sum_of_squares) {
  return sum_of_squares == nullptr || std::isfinite(*sum_of_squares);
}

/// Nothing where the update writes nothing.
template <class T>
std::optional<T> scale_of(const GradientScaling<T>& gradient) {
  if (!writes(gradient.sum_of_squares)) return {};
  if (gradient.sum_of_squares == nullptr || gradient.max_norm <= 0) return T{1};
  const double norm = std::sqrt(*gradient.sum_of_squares);
  return norm > gradient.max_norm ? static_cast<T>(gradient.max_norm / norm) : T{1};
}

template <class T>
T limit_of(const GradientScaling<T>& gradient) {
  return gradient.clip_value > 0 ? gradient.clip_value : std::numeric_limits<T>::infinity();
}

template <class T>
[[gnu::always_inline]] inline void sgd_range(const SgdStep<T>& p, T scale, int64_t begin,
                                             int64_t end) {
  const T limit = limit_of(p.gradient);
  T *x = p.x, *m = p.momentum;
  const T* dx = p.dx;
  const T rate = p.rate, mu = p.momentum_factor, decay = p.weight_decay;
  if (m == nullptr) {
#pragma omp simd
    for (int64_t i = begin; i < end; ++i) {
      x[i] -= rate * (scaled(dx[i], scale, limit) + decay * x[i]);
    }
    return;
  }
  const T along = p.nesterov ? mu : T{1}, now = p.nesterov ? T{1} : T{0};
#pragma omp simd
  for (int64_t i = begin; i < end; ++i) {
    const T g = scaled(dx[i], scale, limit) + decay * x[i];
    m[i] = mu * m[i] + g;
    x[i] -= rate * (now * g + along * m[i]);
  }
}
STORYTELLER_SIMD void sgd_share(const SgdStep<float>& p, float scale, int64_t begin, int64_t end) {
  sgd_range(p, scale, begin, end);
}
void sgd_share(const SgdStep<double>& p, double scale, int64_t begin, int64_t end) {
  sgd_range(p, scale, begin, end);
}

template <class T>
[[gnu::always_inline]] inline void adam_range(const AdamStep<T>& p, T scale, int64_t begin,
                                              int64_t end) {
  const T limit = limit_of(p.gradient);
  const T b1 = static_cast<T>(p.beta1), b2 = static_cast<T>(p.beta2);
  const T c1 = static_cast<T>(1 - p.beta1), c2 = static_cast<T>(1 - p.beta2);
  const auto t = static_cast<double>(p.step);
  const T rate = static_cast<T>(p.rate / (1 - std::pow(p.beta1, t)));
  const T root = static_cast<T>(1 / std::sqrt(1 - std::pow(p.beta2, t)));
  const T epsilon = static_cast<T>(p.epsilon);
  const T added = p.decoupled ? T{0} : static_cast<T>(p.weight_decay);
  const T kept = p.decoupled ? static_cast<T>(1 - p.rate * p.weight_decay) : T{1};
  T *x = p.x, *m = p.m, *v = p.v;
  const T* dx = p.dx;
#pragma omp simd
  for (int64_t i = begin; i < end; ++i) {
    const T g = scaled(dx[i], scale, limit) + added * x[i];
    m[i] = b1 * m[i] + c1 * g;
    v[i] = b2 * v[i] + c2 * g * g;
    x[i] = x[i] * kept - rate * m[i] / (std::sqrt(v[i]) * root + epsilon);
  }
}
STORYTELLER_SIMD void adam_share(const AdamStep<float>& p, float scale, int64_t begin,
                                 int64_t end) {
  adam_range(p, scale, begin, end);
}
void adam_share(const AdamStep<double>& p, double scale, int64_t begin, int64_t end) {
  adam_range(p, scale, begin, end);
}

}  // namespace

template <class T>
void sum_of_squares(Cpu, const SumOfSquares<T>& p) {
  const int64_t blocks = sum_of_squares_blocks(p.n);
  parallel_shares(blocks, p.n, 1, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      const int64_t first = block * kSumOfSquaresBlock;
      const int64_t n = std::min(kSumOfSquaresBlock, p.n - first);
      p.partial[block] = sum_block(p.x + first, n);
      if (p.watched != nullptr) p.partial[block] += zero_block(p.watched + first, n);
    }
  });
  double sum = 0;
  for (int64_t block = 0; block < blocks; ++block) sum += p.partial[block];
  if (p.guard != nullptr) sum += 0 * static_cast<double>(*p.guard);
  *p.sum = sum;
}

template <class T>
void sgd_step(Cpu, const SgdStep<T>& p) {
  const std::optional<T> scale = scale_of(p.gradient);
  if (!scale) return;
  parallel_shares(p.n, p.n, 64,
                  [&](int64_t begin, int64_t end) { sgd_share(p, *scale, begin, end); });
}

template <class T>
void adam_step(Cpu, const AdamStep<T>& p) {
  const std::optional<T> scale = scale_of(p.gradient);
  if (!scale) return;
  parallel_shares(p.n, p.n, 64,
                  [&](int64_t begin, int64_t end) { adam_share(p, *scale, begin, end); });
}

template <class T>
void average_step(Cpu, const AverageStep<T>& p) {
  if (!writes(p.sum_of_squares)) return;
  const T decay = static_cast<T>(p.decay), rest = static_cast<T>(1 - p.decay);
  parallel_shares(p.n, p.n, 64, [&](int64_t begin, int64_t end) {
    const T* __restrict x = p.x;
    T* __restrict average = p.average;
#pragma omp simd
    for (int64_t i = begin; i < end; ++i) average[i] = decay * average[i] + rest * x[i];
  });
}

template void sum_of_squares<float>(Cpu, const SumOfSquares<float>&);
template void sum_of_squares<double>(Cpu, const SumOfSquares<double>&);
template void sgd_step<float>(Cpu, const SgdStep<float>&);
template void sgd_step<double>(Cpu, const SgdStep<double>&);
template void adam_step<float>(Cpu, const AdamStep<float>&);
template void adam_step<double>(Cpu, const AdamStep<double>&);
template void average_step<float>(Cpu, const AverageStep<float>&);
template void average_step<double>(Cpu, const AverageStep<double>&);

}  // namespace storyteller
