#include "kernels/word_presence.h"

#include <algorithm>
#include <cmath>

#include "kernels/cpu/context.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

/// s of one image: two passes over its scores, words side by side.
template <class T>
[[gnu::always_inline]] inline void pool(const T* x, T* pooled, T* greatest, int64_t L, int64_t V,
                                        T sharpness) {
  std::copy_n(x, V, greatest);
  for (int64_t l = 1; l < L; ++l) {
#pragma omp simd
    for (int64_t v = 0; v < V; ++v) {
      greatest[v] = x[l * V + v] > greatest[v] ? x[l * V + v] : greatest[v];
    }
  }
  std::fill_n(pooled, V, T{0});
  for (int64_t l = 0; l < L; ++l) {
#pragma omp simd
    for (int64_t v = 0; v < V; ++v) {
      pooled[v] += simd::exp(sharpness * (x[l * V + v] - greatest[v]));
    }
  }
  for (int64_t v = 0; v < V; ++v) {
    pooled[v] = greatest[v] + std::log(pooled[v] / static_cast<T>(L)) / sharpness;
  }
}
STORYTELLER_SIMD void pool_image(const float* x, float* pooled, float* greatest, int64_t L,
                                 int64_t V, float sharpness) {
  pool(x, pooled, greatest, L, V, sharpness);
}
void pool_image(const double* x, double* pooled, double* greatest, int64_t L, int64_t V,
                double sharpness) {
  pool(x, pooled, greatest, L, V, sharpness);
}

/// dx of one image, given dloss/ds / L in `share`.
template <class T>
[[gnu::always_inline]] inline void spread(const T* x, const T* pooled, const T* share, T* dx,
                                          int64_t L, int64_t V, T sharpness) {
  for (int64_t l = 0; l < L; ++l) {
#pragma omp simd
    for (int64_t v = 0; v < V; ++v) {
      dx[l * V + v] += share[v] * simd::exp(sharpness * (x[l * V + v] - pooled[v]));
    }
  }
}
STORYTELLER_SIMD void spread_image(const float* x, const float* pooled, const float* share,
                                   float* dx, int64_t L, int64_t V, float sharpness) {
  spread(x, pooled, share, dx, L, V, sharpness);
}
void spread_image(const double* x, const double* pooled, const double* share, double* dx, int64_t L,
                  int64_t V, double sharpness) {
  spread(x, pooled, share, dx, L, V, sharpness);
}

template <class P>
int64_t words_of(const P& p) {
  return p.words > 0 ? p.words : p.V;
}

}  // namespace

template <class T>
void word_presence_forward(Cpu backend, const WordPresenceForward<T>& p) {
  T* greatest = static_cast<T*>(backend.context->scratch(sizeof(T) * p.I * p.V));
  parallel_shares(p.I, p.I * p.L * p.V, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      pool_image(p.x + i * p.L * p.V, p.pooled + i * p.V, greatest + i * p.V, p.L, p.V,
                 p.sharpness);
    }
  });
  double sum = 0;
  for (int64_t n = 0; n < p.I * p.V; ++n) {
    const auto s = static_cast<double>(p.pooled[n]);
    // log(1 + e^s) without overflow
    const double softplus = std::max(s, 0.0) + std::log1p(std::exp(-std::abs(s)));
    sum += static_cast<double>(p.weight[n % p.V]) * (softplus - static_cast<double>(p.y[n]) * s);
  }
  *p.loss = static_cast<Wide<T>>(sum / static_cast<double>(p.I * words_of(p)));
}

template <class T>
void word_presence_backward(Cpu backend, const WordPresenceBackward<T>& p) {
  T* share = static_cast<T*>(backend.context->scratch(sizeof(T) * p.I * p.V));
  const T scale = *p.dloss / static_cast<T>(p.I * words_of(p) * p.L);
  parallel_shares(p.I, p.I * p.L * p.V, 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin * p.V; n < end * p.V; ++n) {
      share[n] = scale * p.weight[n % p.V] * (1 / (1 + std::exp(-p.pooled[n])) - p.y[n]);
    }
    for (int64_t i = begin; i < end; ++i) {
      spread_image(p.x + i * p.L * p.V, p.pooled + i * p.V, share + i * p.V, p.dx + i * p.L * p.V,
                   p.L, p.V, p.sharpness);
    }
  });
}

template void word_presence_forward<float>(Cpu, const WordPresenceForward<float>&);
template void word_presence_forward<double>(Cpu, const WordPresenceForward<double>&);
template void word_presence_backward<float>(Cpu, const WordPresenceBackward<float>&);
template void word_presence_backward<double>(Cpu, const WordPresenceBackward<double>&);

}  // namespace storyteller
