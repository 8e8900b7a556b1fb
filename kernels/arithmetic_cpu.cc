#include "kernels/arithmetic.h"

#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

constexpr int64_t kGrain = 64;

STORYTELLER_SIMD void add_scaled_share(const float* __restrict x, float* __restrict y, float scale,
                                       int64_t n) {
#pragma omp simd
  for (int64_t i = 0; i < n; ++i) y[i] += scale * x[i];
}
void add_scaled_share(const double* x, double* y, double scale, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] += scale * x[i];
}

}  // namespace

template <class T>
void fill(Cpu, const Fill<T>& p) {
  std::fill_n(p.x, p.n, static_cast<T>(p.value));
}

template <class T>
void add_scaled(Cpu, const AddScaled<T>& p) {
  parallel_shares(p.n, p.n, kGrain, [&](int64_t begin, int64_t end) {
    add_scaled_share(p.x + begin, p.y + begin, p.scale, end - begin);
  });
}

template <class T>
void scale(Cpu, const Scale<T>& p) {
  parallel_shares(p.n, p.n, kGrain, [&](int64_t begin, int64_t end) {
#pragma omp simd
    for (int64_t i = begin; i < end; ++i) p.y[i] = p.scale * p.x[i];
  });
}

template <class T>
void add(Cpu, const Add<T>& p) {
  parallel_shares(p.n, p.n, kGrain, [&](int64_t begin, int64_t end) {
#pragma omp simd
    for (int64_t i = begin; i < end; ++i) p.out[i] = p.a[i] + p.b[i];
  });
}

template <class T>
void multiply(Cpu, const Multiply<T>& p) {
  parallel_shares(p.n, p.n, kGrain, [&](int64_t begin, int64_t end) {
#pragma omp simd
    for (int64_t i = begin; i < end; ++i) p.out[i] = p.a[i] * p.b[i];
  });
}

template <class T>
void multiply_backward(Cpu, const MultiplyBackward<T>& p) {
  parallel_shares(p.n, 2 * p.n, kGrain, [&](int64_t begin, int64_t end) {
    if (p.da != nullptr) {
      for (int64_t i = begin; i < end; ++i) p.da[i] += p.dout[i] * p.b[i];
    }
    if (p.db != nullptr) {
      for (int64_t i = begin; i < end; ++i) p.db[i] += p.dout[i] * p.a[i];
    }
  });
}

#define STORYTELLER_INSTANTIATE(T)                       \
  template void fill<T>(Cpu, const Fill<T>&);            \
  template void add_scaled<T>(Cpu, const AddScaled<T>&); \
  template void scale<T>(Cpu, const Scale<T>&);          \
  template void add<T>(Cpu, const Add<T>&);              \
  template void multiply<T>(Cpu, const Multiply<T>&);    \
  template void multiply_backward<T>(Cpu, const MultiplyBackward<T>&);
STORYTELLER_INSTANTIATE(float)
STORYTELLER_INSTANTIATE(double)
#undef STORYTELLER_INSTANTIATE

}  // namespace storyteller
