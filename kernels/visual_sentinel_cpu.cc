#include "kernels/visual_sentinel.h"

#include <algorithm>

#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

template <class T>
[[gnu::always_inline]] inline T squash(T x, ScoreFunction score) {
  return score == ScoreFunction::kTanh ? simd::tanh(x) : std::max(x, T{0});
}

/// Derivative of the squashing, from its output.
template <class T>
[[gnu::always_inline]] inline T squash_slope(T y, ScoreFunction score) {
  if (score == ScoreFunction::kTanh) return 1 - y * y;
  return y > 0 ? T{1} : T{0};
}

template <class T>
[[gnu::always_inline]] inline void forward_row(const VisualSentinelForward<T>& p, int64_t b) {
  const T *key = p.key + b * p.A, *query = p.query + b * p.A;
  T e = 0;
#pragma omp simd reduction(+ : e)
  for (int64_t a = 0; a < p.A; ++a) e += p.score_weight[a] * squash(key[a] + query[a], p.score);
  const T share = simd::sigmoid(e - p.log_sum[b]), rest = 1 - share;
  p.share[b] = share;
  for (int64_t l = 0; l < p.L; ++l) p.weights[b * p.L + l] = rest * p.alpha[b * p.L + l];
  const T *context = p.context + b * p.D, *sentinel = p.sentinel + b * p.D;
  T* z = p.z + b * p.D;
#pragma omp simd
  for (int64_t d = 0; d < p.D; ++d) z[d] = rest * context[d] + share * sentinel[d];
}

/// Of what the row gives out, and what regions and sentinel get of it. Returns dshare.
template <class T>
[[gnu::always_inline]] inline T share_gradient(const VisualSentinelBackward<T>& p, int64_t b) {
  const T share = p.share[b], rest = 1 - share;
  const T *context = p.context + b * p.D, *sentinel = p.sentinel + b * p.D, *dz = p.dz + b * p.D;
  T *dcontext = p.dcontext + b * p.D, *dsentinel = p.dsentinel + b * p.D;
  T dshare = 0;
#pragma omp simd reduction(+ : dshare)
  for (int64_t d = 0; d < p.D; ++d) {
    dshare += dz[d] * (sentinel[d] - context[d]);
    dcontext[d] += rest * dz[d];
    dsentinel[d] += share * dz[d];
  }
  if (p.dweights == nullptr) return dshare;
  for (int64_t l = b * p.L; l < (b + 1) * p.L; ++l) {
    dshare -= p.dweights[l] * p.alpha[l];
    p.dalpha[l] += rest * p.dweights[l];
  }
  return dshare;
}

template <class T>
[[gnu::always_inline]] inline void backward_row(const VisualSentinelBackward<T>& p, int64_t b) {
  const T de = share_gradient(p, b) * p.share[b] * (1 - p.share[b]);
  p.dlog_sum[b] -= de;
  const T *key = p.key + b * p.A, *query = p.query + b * p.A;
  T *dkey = p.dkey + b * p.A, *dquery = p.dquery + b * p.A,
    *dscore_weight = p.dscore_weight + b * p.A;
#pragma omp simd
  for (int64_t a = 0; a < p.A; ++a) {
    const T y = squash(key[a] + query[a], p.score);
    const T slope = de * p.score_weight[a] * squash_slope(y, p.score);
    dkey[a] += slope;
    dquery[a] += slope;
    dscore_weight[a] = de * y;
  }
}

STORYTELLER_SIMD void forward_rows(const VisualSentinelForward<float>& p, int64_t begin,
                                   int64_t end) {
  for (int64_t b = begin; b < end; ++b) forward_row(p, b);
}
void forward_rows(const VisualSentinelForward<double>& p, int64_t begin, int64_t end) {
  for (int64_t b = begin; b < end; ++b) forward_row(p, b);
}

STORYTELLER_SIMD void backward_rows(const VisualSentinelBackward<float>& p, int64_t begin,
                                    int64_t end) {
  for (int64_t b = begin; b < end; ++b) backward_row(p, b);
}
void backward_rows(const VisualSentinelBackward<double>& p, int64_t begin, int64_t end) {
  for (int64_t b = begin; b < end; ++b) backward_row(p, b);
}

}  // namespace

template <class T>
void visual_sentinel_forward(Cpu, const VisualSentinelForward<T>& p) {
  parallel_shares(p.B, p.B * (p.A + p.D + p.L), 1,
                  [&](int64_t begin, int64_t end) { forward_rows(p, begin, end); });
}

template <class T>
void visual_sentinel_backward(Cpu, const VisualSentinelBackward<T>& p) {
  parallel_shares(p.B, p.B * (p.A + p.D + p.L), 1,
                  [&](int64_t begin, int64_t end) { backward_rows(p, begin, end); });
}

template void visual_sentinel_forward<float>(Cpu, const VisualSentinelForward<float>&);
template void visual_sentinel_forward<double>(Cpu, const VisualSentinelForward<double>&);
template void visual_sentinel_backward<float>(Cpu, const VisualSentinelBackward<float>&);
template void visual_sentinel_backward<double>(Cpu, const VisualSentinelBackward<double>&);

}  // namespace storyteller
