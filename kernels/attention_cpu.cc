// Rows go to threads in contiguous shares, images likewise in the deferred part: every output has
// one owner, so no result depends on timing. Per row the work is L*(A + D) multiply-adds on data
// that the other rows of the image have just brought into cache.
#include "kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/cpu/context.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"
#include "kernels/philox.h"

namespace storyteller {
namespace {

template <ScoreFunction kScore, class T>
inline T squash(T x) {
  if constexpr (kScore == ScoreFunction::kTanh) return simd::tanh(x);
  return x > 0 ? x : T{0};
}

/// Derivative of the squashing, from its output.
template <ScoreFunction kScore, class T>
inline T squash_slope(T y) {
  if constexpr (kScore == ScoreFunction::kTanh) return 1 - y * y;
  return y > 0 ? T{1} : T{0};
}

// The row functions below exist once as templates; the float entry points instantiate them inside
// functions that are compiled for each instruction set, double takes them as they are.

template <ScoreFunction kScore, class T>
[[gnu::always_inline]] inline T score_dot(const T* k, const T* q, const T* w, int64_t A) {
  T sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t a = 0; a < A; ++a) sum += w[a] * squash<kScore>(k[a] + q[a]);
  return sum;
}

/// dq += de * w * score'(k + q)
template <ScoreFunction kScore, class T>
[[gnu::always_inline]] inline void score_query_gradient(const T* k, const T* q, const T* w, T de,
                                                        T* dq, int64_t A) {
#pragma omp simd
  for (int64_t a = 0; a < A; ++a) {
    dq[a] += de * w[a] * squash_slope<kScore>(squash<kScore>(k[a] + q[a]));
  }
}

/// dk += de * w * score'(k + q), dw += de * score(k + q)
template <ScoreFunction kScore, class T>
[[gnu::always_inline]] inline void score_key_gradient(const T* k, const T* q, const T* w, T de,
                                                      T* dk, T* dw, int64_t A) {
#pragma omp simd
  for (int64_t a = 0; a < A; ++a) {
    const T y = squash<kScore>(k[a] + q[a]);
    dk[a] += de * w[a] * squash_slope<kScore>(y);
    dw[a] += de * y;
  }
}

template <class T>
[[gnu::always_inline]] inline T dot(const T* x, const T* y, int64_t n) {
  T sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < n; ++i) sum += x[i] * y[i];
  return sum;
}

template <class T>
[[gnu::always_inline]] inline void add_scaled(const T* x, T scale, T* y, int64_t n) {
#pragma omp simd
  for (int64_t i = 0; i < n; ++i) y[i] += scale * x[i];
}

/// The region that row b draws by its scores; ties to the first.
template <class T>
int64_t drawn_region(const AttentionForward<T>& p, const T* e, int64_t b) {
  const uint64_t row_key = p.row_key == nullptr ? 0 : p.row_key[b];
  int64_t best = 0;
  T greatest = -std::numeric_limits<T>::infinity();
  for (int64_t l = 0; l < p.L; ++l) {
    T value = e[l];
    if (p.at_random) {
      const auto u = static_cast<T>(uniform01(philox(p.key, row_key, static_cast<uint64_t>(l))[0]));
      value -= std::log(-std::log(u));
    }
    if (value > greatest) {
      greatest = value;
      best = l;
    }
  }
  return best;
}

/// Returns the log of the sum.
template <class T>
[[gnu::always_inline]] inline T softmax(const T* e, T* alpha, int64_t L) {
  T largest = e[0];
  for (int64_t l = 1; l < L; ++l) largest = std::max(largest, e[l]);
  T sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t l = 0; l < L; ++l) {
    alpha[l] = simd::exp(e[l] - largest);
    sum += alpha[l];
  }
  const T scale = 1 / sum;
  for (int64_t l = 0; l < L; ++l) alpha[l] *= scale;
  return largest + std::log(sum);
}

/// context = sum_l alpha_l v_l, four regions at a time so that the sum stays in registers longer.
template <class T>
[[gnu::always_inline]] inline void weighted_sum(const T* alpha, const T* values, T* context,
                                                int64_t L, int64_t D) {
  std::fill_n(context, D, T{0});
  int64_t l = 0;
  for (; l + 4 <= L; l += 4) {
    const T *v0 = values + l * D, *v1 = v0 + D, *v2 = v1 + D, *v3 = v2 + D;
    const T a0 = alpha[l], a1 = alpha[l + 1], a2 = alpha[l + 2], a3 = alpha[l + 3];
#pragma omp simd
    for (int64_t d = 0; d < D; ++d) {
      context[d] += (a0 * v0[d] + a1 * v1[d]) + (a2 * v2[d] + a3 * v3[d]);
    }
  }
  for (; l < L; ++l) add_scaled(values + l * D, alpha[l], context, D);
}

template <ScoreFunction kScore, class T>
[[gnu::always_inline]] inline void forward_row(const AttentionForward<T>& p, int64_t b) {
  const T* keys = p.keys + int64_t{p.row_to_image[b]} * p.L * p.A;
  const T* values = p.values + int64_t{p.row_to_image[b]} * p.L * p.D;
  const T* query = p.query + b * p.A;
  T* alpha = p.alpha + b * p.L;
  T* context = p.context + b * p.D;
  T* z = p.z + b * p.D;
  for (int64_t l = 0; l < p.L; ++l) {
    alpha[l] = score_dot<kScore>(keys + l * p.A, query, p.score_weight, p.A);
  }
  const int64_t region = p.drawn == nullptr ? -1 : drawn_region(p, alpha, b);
  const T log_sum = softmax(alpha, alpha, p.L);
  if (p.log_sum != nullptr) p.log_sum[b] = log_sum;
  if (region < 0) {
    weighted_sum(alpha, values, context, p.L, p.D);
  } else {
    std::fill_n(p.drawn + b * p.L, p.L, T{0});
    p.drawn[b * p.L + region] = 1;
    std::copy_n(values + region * p.D, p.D, context);
  }
  if (p.gate_kind == ContextGate::kVector) {
    const T* gate = p.gate + b * p.D;
#pragma omp simd
    for (int64_t d = 0; d < p.D; ++d) z[d] = simd::sigmoid(gate[d]) * context[d];
  } else if (p.gate_kind == ContextGate::kScalar) {
    const T gate = simd::sigmoid(p.gate[b]);
#pragma omp simd
    for (int64_t d = 0; d < p.D; ++d) z[d] = gate * context[d];
  } else if (z != context) {
    std::copy_n(context, p.D, z);
  }
}

template <class T>
[[gnu::always_inline]] inline void gate_gradient(const AttentionBackward<T>& p, int64_t b) {
  const T* context = p.context + b * p.D;
  const T* dz = p.dz + b * p.D;
  T* dcontext = p.dcontext + b * p.D;
  if (p.gate_kind == ContextGate::kVector) {
    const T* gate = p.gate + b * p.D;
    T* dgate = p.dgate + b * p.D;
#pragma omp simd
    for (int64_t d = 0; d < p.D; ++d) {
      const T g = simd::sigmoid(gate[d]);
      dcontext[d] = dz[d] * g;
      dgate[d] += dz[d] * context[d] * g * (1 - g);
    }
  } else if (p.gate_kind == ContextGate::kScalar) {
    const T g = simd::sigmoid(p.gate[b]);
    p.dgate[b] += dot(dz, context, p.D) * g * (1 - g);
#pragma omp simd
    for (int64_t d = 0; d < p.D; ++d) dcontext[d] = dz[d] * g;
  } else {
    std::copy_n(dz, p.D, dcontext);
  }
}

template <ScoreFunction kScore, class T>
[[gnu::always_inline]] inline void backward_row(const AttentionBackward<T>& p, int64_t b) {
  const T* keys = p.keys + int64_t{p.row_to_image[b]} * p.L * p.A;
  const T* values = p.values + int64_t{p.row_to_image[b]} * p.L * p.D;
  const T* query = p.query + b * p.A;
  const T* alpha = p.alpha + b * p.L;
  T* de = p.de + b * p.L;
  gate_gradient(p, b);
  // Softmax: de_l = alpha_l (dalpha_l - sum_m alpha_m dalpha_m).
  T mean = 0;
  for (int64_t l = 0; l < p.L; ++l) {
    de[l] = p.drawn ? T{0} : dot(p.dcontext + b * p.D, values + l * p.D, p.D);
    if (p.dalpha != nullptr) de[l] += p.dalpha[b * p.L + l];
    mean += alpha[l] * de[l];
  }
  if (p.dlog_sum != nullptr) mean -= p.dlog_sum[b];
  T* dquery = p.dquery + b * p.A;
  for (int64_t l = 0; l < p.L; ++l) {
    de[l] = alpha[l] * (de[l] - mean);
    score_query_gradient<kScore>(keys + l * p.A, query, p.score_weight, de[l], dquery, p.A);
  }
}

/// Everything that packed row n adds to its image's region l.
template <ScoreFunction kScore, class T>
[[gnu::always_inline]] inline void key_gradient_row(const AttentionKeysBackward<T>& p, int64_t i,
                                                    int64_t n, T* dk_sum, T* dw) {
  for (int64_t l = 0; l < p.L; ++l) {
    const int64_t region = i * p.L + l;
    const T de = p.de[n * p.L + l];
    score_key_gradient<kScore>(p.keys + region * p.A, p.query + n * p.A, p.score_weight, de,
                               dk_sum + l * p.A, dw, p.A);
    if (p.dvalues != nullptr) {
      add_scaled(p.dcontext + n * p.D, p.alpha[n * p.L + l], p.dvalues + region * p.D, p.D);
    }
  }
}

template <class T>
[[gnu::always_inline]] inline void forward_any(const AttentionForward<T>& p, int64_t b) {
  p.score == ScoreFunction::kTanh ? forward_row<ScoreFunction::kTanh>(p, b)
                                  : forward_row<ScoreFunction::kRelu>(p, b);
}

template <class T>
[[gnu::always_inline]] inline void backward_any(const AttentionBackward<T>& p, int64_t b) {
  p.score == ScoreFunction::kTanh ? backward_row<ScoreFunction::kTanh>(p, b)
                                  : backward_row<ScoreFunction::kRelu>(p, b);
}

STORYTELLER_SIMD void forward_rows(const AttentionForward<float>& p, int64_t begin, int64_t end) {
  for (int64_t b = begin; b < end; ++b) forward_any(p, b);
}
void forward_rows(const AttentionForward<double>& p, int64_t begin, int64_t end) {
  for (int64_t b = begin; b < end; ++b) forward_any(p, b);
}

STORYTELLER_SIMD void backward_rows(const AttentionBackward<float>& p, int64_t begin, int64_t end) {
  for (int64_t b = begin; b < end; ++b) backward_any(p, b);
}
void backward_rows(const AttentionBackward<double>& p, int64_t begin, int64_t end) {
  for (int64_t b = begin; b < end; ++b) backward_any(p, b);
}

template <class T>
[[gnu::always_inline]] inline void key_gradient_any(const AttentionKeysBackward<T>& p, int64_t i,
                                                    int64_t n, T* dk, T* dw) {
  p.score == ScoreFunction::kTanh ? key_gradient_row<ScoreFunction::kTanh>(p, i, n, dk, dw)
                                  : key_gradient_row<ScoreFunction::kRelu>(p, i, n, dk, dw);
}
STORYTELLER_SIMD void key_gradient(const AttentionKeysBackward<float>& p, int64_t i, int64_t n,
                                   float* dk, float* dw) {
  key_gradient_any(p, i, n, dk, dw);
}
void key_gradient(const AttentionKeysBackward<double>& p, int64_t i, int64_t n, double* dk,
                  double* dw) {
  key_gradient_any(p, i, n, dk, dw);
}

}  // namespace

template <class T>
void attention_forward(Cpu, const AttentionForward<T>& p) {
  parallel_shares(p.B, p.B * p.L * (p.A + p.D), 1,
                  [&](int64_t begin, int64_t end) { forward_rows(p, begin, end); });
}

template <class T>
void attention_backward(Cpu, const AttentionBackward<T>& p) {
  parallel_shares(p.B, p.B * p.L * (p.A + p.D), 1,
                  [&](int64_t begin, int64_t end) { backward_rows(p, begin, end); });
}

template <class T>
void attention_keys_backward(Cpu backend, const AttentionKeysBackward<T>& p) {
  // Every image gathers its own dk and dw (added in the order of images at the end), so that the
  // sums do not depend on which thread had which image.
  const int64_t spare = p.dkeys == nullptr ? p.L * p.A : 0;
  const int64_t threads = omp_get_max_threads();
  T* dw = static_cast<T*>(
      backend.context->scratch(sizeof(T) * static_cast<size_t>(p.I * p.A + threads * spare)));
  std::fill_n(dw, p.I * p.A, T{0});
  parallel_shares(p.I, p.I * p.L * (p.A + p.D) * 8, 1, [&](int64_t begin, int64_t end) {
    T* unwanted = dw + p.I * p.A + omp_get_thread_num() * spare;
    for (int64_t i = begin; i < end; ++i) {
      T* dk = p.dkeys == nullptr ? unwanted : p.dkeys + i * p.L * p.A;
      for (int64_t step = 0; step < p.steps; ++step) {
        const int64_t rows = p.offset[step + 1] - p.offset[step];
        for (int32_t r = p.image_begin[i]; r < p.image_begin[i + 1]; ++r) {
          if (p.image_rows[r] >= rows) continue;
          key_gradient(p, i, p.offset[step] + p.image_rows[r], dk, dw + i * p.A);
        }
      }
    }
  });
  if (p.dscore_weight == nullptr) return;
  for (int64_t i = 0; i < p.I; ++i) {
    for (int64_t a = 0; a < p.A; ++a) p.dscore_weight[a] += dw[i * p.A + a];
  }
}

template void attention_forward<float>(Cpu, const AttentionForward<float>&);
template void attention_forward<double>(Cpu, const AttentionForward<double>&);
template void attention_backward<float>(Cpu, const AttentionBackward<float>&);
template void attention_backward<double>(Cpu, const AttentionBackward<double>&);
template void attention_keys_backward<float>(Cpu, const AttentionKeysBackward<float>&);
template void attention_keys_backward<double>(Cpu, const AttentionKeysBackward<double>&);

}  // namespace storyteller
