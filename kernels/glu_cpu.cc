#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"
#include "kernels/glu.h"

namespace storyteller {
namespace {

template <class T>
[[gnu::always_inline]] inline void forward_loop(T* x, T* y, int64_t H) {
#pragma omp simd
  for (int64_t j = 0; j < H; ++j) {
    const T s = simd::sigmoid(x[H + j]);
    x[H + j] = s;
    y[j] = x[j] * s;
  }
}

template <class T>
[[gnu::always_inline]] inline void backward_loop(const T* x, const T* dy, T* dx, int64_t H) {
#pragma omp simd
  for (int64_t j = 0; j < H; ++j) {
    const T a = x[j], s = x[H + j];
    dx[j] += dy[j] * s;
    dx[H + j] += dy[j] * a * s * (1 - s);
  }
}

STORYTELLER_SIMD void forward_row(float* x, float* y, int64_t H) { forward_loop(x, y, H); }
void forward_row(double* x, double* y, int64_t H) { forward_loop(x, y, H); }

STORYTELLER_SIMD void backward_row(const float* x, const float* dy, float* dx, int64_t H) {
  backward_loop(x, dy, dx, H);
}
void backward_row(const double* x, const double* dy, double* dx, int64_t H) {
  backward_loop(x, dy, dx, H);
}

}  // namespace

template <class T>
void glu_forward(Cpu, const GluForward<T>& p) {
  parallel_shares(p.B, 2 * p.B * p.H, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) forward_row(p.x + 2 * b * p.H, p.y + b * p.H, p.H);
  });
}

template <class T>
void glu_backward(Cpu, const GluBackward<T>& p) {
  parallel_shares(p.B, 2 * p.B * p.H, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      backward_row(p.x + 2 * b * p.H, p.dy + b * p.H, p.dx + 2 * b * p.H, p.H);
    }
  });
}

template void glu_forward<float>(Cpu, const GluForward<float>&);
template void glu_forward<double>(Cpu, const GluForward<double>&);
template void glu_backward<float>(Cpu, const GluBackward<float>&);
template void glu_backward<double>(Cpu, const GluBackward<double>&);

}  // namespace storyteller
