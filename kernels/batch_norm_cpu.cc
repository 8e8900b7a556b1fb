// Sums over rows: blocks of kBlock rows are added up in T, blocks and threads in double and in a
// fixed order, so that the result is accurate for any number of rows and depends on the thread
// count alone.
#include "kernels/batch_norm.h"

#include <algorithm>
#include <cmath>

#include "kernels/cpu/context.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

constexpr int64_t kBlock = 32;

/// What a row adds to two sums over rows, channel by channel.
enum class RowSum { kValue, kSquare, kGradients };

template <class T>
struct RowSums {
  const T* x;
  const T* y;   // null: no relu
  const T* dy;  // for kGradients
  const Wide<T>* mean;
  const Wide<T>* inv_std;
  int64_t C;
};

template <RowSum kWhat, class T>
[[gnu::always_inline]] inline void add_rows(const RowSums<T>& p, int64_t begin, int64_t end,
                                            T* first, T* second) {
  for (int64_t n = begin; n < end; ++n) {
    const T* x = p.x + n * p.C;
    if constexpr (kWhat == RowSum::kValue) {
#pragma omp simd
      for (int64_t c = 0; c < p.C; ++c) first[c] += x[c];
    } else if constexpr (kWhat == RowSum::kSquare) {
#pragma omp simd
      for (int64_t c = 0; c < p.C; ++c) first[c] += (x[c] - p.mean[c]) * (x[c] - p.mean[c]);
    } else {
      const T* y = p.y == nullptr ? nullptr : p.y + n * p.C;
      const T* dy = p.dy + n * p.C;
#pragma omp simd
      for (int64_t c = 0; c < p.C; ++c) {
        const T g = y == nullptr || y[c] > 0 ? dy[c] : T{0};
        first[c] += g;
        second[c] += g * (x[c] - p.mean[c]) * p.inv_std[c];
      }
    }
  }
}

template <class T>
[[gnu::always_inline]] inline void add_rows_of(RowSum what, const RowSums<T>& p, int64_t begin,
                                               int64_t end, T* first, T* second) {
  if (what == RowSum::kValue) return add_rows<RowSum::kValue>(p, begin, end, first, second);
  if (what == RowSum::kSquare) return add_rows<RowSum::kSquare>(p, begin, end, first, second);
  add_rows<RowSum::kGradients>(p, begin, end, first, second);
}
STORYTELLER_SIMD void block_sums(RowSum what, const RowSums<float>& p, int64_t begin, int64_t end,
                                 float* first, float* second) {
  add_rows_of(what, p, begin, end, first, second);
}
void block_sums(RowSum what, const RowSums<double>& p, int64_t begin, int64_t end, double* first,
                double* second) {
  add_rows_of(what, p, begin, end, first, second);
}

/// Fills sums[0, 2C) with the two sums over all N rows. `sums` holds (1 + threads) * 4C doubles.
template <class T>
void sum_rows(RowSum what, const RowSums<T>& p, int64_t N, double* sums) {
  const int64_t threads = omp_get_max_threads(), stride = 4 * p.C;
  std::fill_n(sums, (1 + threads) * stride, 0.0);
  parallel_shares(N, N * p.C, kBlock, [&](int64_t begin, int64_t end) {
    double* mine = sums + (1 + omp_get_thread_num()) * stride;
    T* block = static_cast<T*>(static_cast<void*>(mine + 2 * p.C));
    for (int64_t n = begin; n < end; n += kBlock) {
      std::fill_n(block, 2 * p.C, T{0});
      block_sums(what, p, n, std::min(n + kBlock, end), block, block + p.C);
      for (int64_t c = 0; c < 2 * p.C; ++c) mine[c] += static_cast<double>(block[c]);
    }
  });
  for (int64_t t = 1; t <= threads; ++t) {
    for (int64_t c = 0; c < 2 * p.C; ++c) sums[c] += sums[t * stride + c];
  }
}

template <class T>
[[gnu::always_inline]] inline void normalise(const BatchNormForward<T>& p, int64_t begin,
                                             int64_t end) {
  for (int64_t n = begin; n < end; ++n) {
    const T* x = p.x + n * p.C;
    T* y = p.y + n * p.C;
#pragma omp simd
    for (int64_t c = 0; c < p.C; ++c) {
      const T value = p.gamma[c] * ((x[c] - p.mean[c]) * p.inv_std[c]) + p.beta[c];
      y[c] = p.relu && value < 0 ? T{0} : value;
    }
  }
}
STORYTELLER_SIMD void normalise_rows(const BatchNormForward<float>& p, int64_t begin, int64_t end) {
  normalise(p, begin, end);
}
void normalise_rows(const BatchNormForward<double>& p, int64_t begin, int64_t end) {
  normalise(p, begin, end);
}

/// dx = scale (dy - offset - xhat slope), the coefficients channel by channel.
template <class T>
struct InputGradient {
  const T* scale;
  const T* offset;
  const T* slope;
};

template <class T>
[[gnu::always_inline]] inline void input_gradient(const BatchNormBackward<T>& p,
                                                  const InputGradient<T>& k, int64_t begin,
                                                  int64_t end) {
  for (int64_t n = begin; n < end; ++n) {
    const T *x = p.x + n * p.C, *y = p.relu ? p.y + n * p.C : nullptr, *dy = p.dy + n * p.C;
    T* dx = p.dx + n * p.C;
#pragma omp simd
    for (int64_t c = 0; c < p.C; ++c) {
      const T g = y == nullptr || y[c] > 0 ? dy[c] : T{0};
      const T xhat = (x[c] - p.mean[c]) * p.inv_std[c];
      const T value = k.scale[c] * (g - k.offset[c] - xhat * k.slope[c]);
      dx[c] = p.accumulate_dx ? dx[c] + value : value;
    }
  }
}
STORYTELLER_SIMD void gradient_rows(const BatchNormBackward<float>& p,
                                    const InputGradient<float>& k, int64_t begin, int64_t end) {
  input_gradient(p, k, begin, end);
}
void gradient_rows(const BatchNormBackward<double>& p, const InputGradient<double>& k,
                   int64_t begin, int64_t end) {
  input_gradient(p, k, begin, end);
}

double* sums_buffer(Cpu backend, int64_t C) {
  return static_cast<double*>(
      backend.context->scratch(sizeof(double) * 4 * C * (1 + omp_get_max_threads())));
}

template <class T>
void batch_statistics(Cpu backend, const BatchNormForward<T>& p) {
  const RowSums<T> rows{p.x, nullptr, nullptr, p.mean, p.inv_std, p.C};
  double* sums = sums_buffer(backend, p.C);
  const auto count = static_cast<double>(p.N);
  sum_rows(RowSum::kValue, rows, p.N, sums);
  for (int64_t c = 0; c < p.C; ++c) p.mean[c] = static_cast<Wide<T>>(sums[c] / count);
  sum_rows(RowSum::kSquare, rows, p.N, sums);
  for (int64_t c = 0; c < p.C; ++c) {
    const double variance = sums[c] / count, unbiased = sums[c] / (count - 1);
    p.inv_std[c] = static_cast<Wide<T>>(1 / std::sqrt(variance + p.epsilon));
    p.running_mean[c] += p.momentum * (p.mean[c] - p.running_mean[c]);
    p.running_variance[c] += p.momentum * (static_cast<Wide<T>>(unbiased) - p.running_variance[c]);
  }
}

}  // namespace

template <class T>
void batch_norm_forward(Cpu backend, const BatchNormForward<T>& p) {
  if (p.training) {
    batch_statistics(backend, p);
  } else {
    for (int64_t c = 0; c < p.C; ++c) {
      p.mean[c] = p.running_mean[c];
      p.inv_std[c] = 1 / std::sqrt(p.running_variance[c] + p.epsilon);
    }
  }
  parallel_shares(p.N, p.N * p.C, 1,
                  [&](int64_t begin, int64_t end) { normalise_rows(p, begin, end); });
}

template <class T>
void batch_norm_backward(Cpu backend, const BatchNormBackward<T>& p) {
  double* sums = sums_buffer(backend, p.C);
  const RowSums<T> rows{p.x, p.relu ? p.y : nullptr, p.dy, p.mean, p.inv_std, p.C};
  sum_rows(RowSum::kGradients, rows, p.N, sums);
  for (int64_t c = 0; c < p.C; ++c) {
    if (p.dbeta != nullptr) p.dbeta[c] += static_cast<T>(sums[c]);
    if (p.dgamma != nullptr) p.dgamma[c] += static_cast<T>(sums[p.C + c]);
  }
  if (p.dx == nullptr) return;
  // The threads' partial sums are spent: their place holds the coefficients.
  T* scale = static_cast<T*>(static_cast<void*>(sums + 4 * p.C));
  T *offset = scale + p.C, *slope = offset + p.C;
  for (int64_t c = 0; c < p.C; ++c) {
    scale[c] = p.gamma[c] * p.inv_std[c];
    offset[c] = p.training ? static_cast<T>(sums[c] / static_cast<double>(p.N)) : T{0};
    slope[c] = p.training ? static_cast<T>(sums[p.C + c] / static_cast<double>(p.N)) : T{0};
  }
  parallel_shares(p.N, p.N * p.C, 1, [&](int64_t begin, int64_t end) {
    gradient_rows(p, InputGradient<T>{scale, offset, slope}, begin, end);
  });
}

template <class T>
void fold_batch_norm(Cpu, const FoldBatchNorm<T>& p) {
  for (int64_t o = 0; o < p.O; ++o) {
    const T scale = p.gamma[o] / std::sqrt(p.running_variance[o] + p.epsilon);
    for (int64_t k = o * p.K; k < (o + 1) * p.K; ++k) p.folded[k] = p.weight[k] * scale;
    p.bias[o] = p.beta[o] - p.running_mean[o] * scale;
  }
}

template void batch_norm_forward<float>(Cpu, const BatchNormForward<float>&);
template void batch_norm_forward<double>(Cpu, const BatchNormForward<double>&);
template void batch_norm_backward<float>(Cpu, const BatchNormBackward<float>&);
template void batch_norm_backward<double>(Cpu, const BatchNormBackward<double>&);
template void fold_batch_norm<float>(Cpu, const FoldBatchNorm<float>&);
template void fold_batch_norm<double>(Cpu, const FoldBatchNorm<double>&);

}  // namespace storyteller
