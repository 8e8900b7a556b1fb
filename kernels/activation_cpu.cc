#include "kernels/activation.h"

#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

constexpr int64_t kGrain = 64;

/// NaN stays NaN, so that a diverged run is seen.
template <Activation kActivation, class T>
[[gnu::always_inline]] inline T value(T x) {
  if constexpr (kActivation == Activation::kRelu) return x < 0 ? T{0} : x;
  if constexpr (kActivation == Activation::kRelu6) return x < 0 ? T{0} : (x > 6 ? T{6} : x);
  if constexpr (kActivation == Activation::kSigmoid) return simd::sigmoid(x);
  if constexpr (kActivation == Activation::kTanh) return simd::tanh(x);
  return x;
}

template <Activation kActivation, class T>
[[gnu::always_inline]] inline T slope(T y) {
  if constexpr (kActivation == Activation::kRelu) return y > 0 ? T{1} : T{0};
  if constexpr (kActivation == Activation::kRelu6) return y > 0 && y < 6 ? T{1} : T{0};
  if constexpr (kActivation == Activation::kSigmoid) return y * (1 - y);
  if constexpr (kActivation == Activation::kTanh) return 1 - y * y;
  return T{1};
}

template <Activation kActivation, class T>
[[gnu::always_inline]] inline void forward_loop(const T* x, T* y, int64_t n) {
#pragma omp simd
  for (int64_t i = 0; i < n; ++i) y[i] = value<kActivation>(x[i]);
}

template <Activation kActivation, class T>
[[gnu::always_inline]] inline void backward_loop(const T* y, const T* dy, T* dx, int64_t n,
                                                 bool accumulate) {
  if (accumulate) {
#pragma omp simd
    for (int64_t i = 0; i < n; ++i) dx[i] += dy[i] * slope<kActivation>(y[i]);
  } else {
#pragma omp simd
    for (int64_t i = 0; i < n; ++i) dx[i] = dy[i] * slope<kActivation>(y[i]);
  }
}

template <class T>
[[gnu::always_inline]] inline void forward_any(Activation activation, const T* x, T* y, int64_t n) {
  switch (activation) {
    case Activation::kNone:
      return forward_loop<Activation::kNone>(x, y, n);
    case Activation::kRelu:
      return forward_loop<Activation::kRelu>(x, y, n);
    case Activation::kRelu6:
      return forward_loop<Activation::kRelu6>(x, y, n);
    case Activation::kSigmoid:
      return forward_loop<Activation::kSigmoid>(x, y, n);
    case Activation::kTanh:
      return forward_loop<Activation::kTanh>(x, y, n);
  }
}

template <class T>
[[gnu::always_inline]] inline void backward_any(Activation activation, const T* y, const T* dy,
                                                T* dx, int64_t n, bool accumulate) {
  switch (activation) {
    case Activation::kNone:
      return backward_loop<Activation::kNone>(y, dy, dx, n, accumulate);
    case Activation::kRelu:
      return backward_loop<Activation::kRelu>(y, dy, dx, n, accumulate);
    case Activation::kRelu6:
      return backward_loop<Activation::kRelu6>(y, dy, dx, n, accumulate);
    case Activation::kSigmoid:
      return backward_loop<Activation::kSigmoid>(y, dy, dx, n, accumulate);
    case Activation::kTanh:
      return backward_loop<Activation::kTanh>(y, dy, dx, n, accumulate);
  }
}

STORYTELLER_SIMD void forward_share(Activation activation, const float* x, float* y, int64_t n) {
  forward_any(activation, x, y, n);
}
void forward_share(Activation activation, const double* x, double* y, int64_t n) {
  forward_any(activation, x, y, n);
}

STORYTELLER_SIMD void backward_share(Activation activation, const float* y, const float* dy,
                                     float* dx, int64_t n, bool accumulate) {
  backward_any(activation, y, dy, dx, n, accumulate);
}
void backward_share(Activation activation, const double* y, const double* dy, double* dx, int64_t n,
                    bool accumulate) {
  backward_any(activation, y, dy, dx, n, accumulate);
}

}  // namespace

template <class T>
void activation_forward(Cpu, const ActivationForward<T>& p) {
  parallel_shares(p.n, p.n, kGrain, [&](int64_t begin, int64_t end) {
    forward_share(p.activation, p.x + begin, p.y + begin, end - begin);
  });
}

template <class T>
void activation_backward(Cpu, const ActivationBackward<T>& p) {
  parallel_shares(p.n, p.n, kGrain, [&](int64_t begin, int64_t end) {
    backward_share(p.activation, p.y + begin, p.dy + begin, p.dx + begin, end - begin,
                   p.accumulate);
  });
}

template void activation_forward<float>(Cpu, const ActivationForward<float>&);
template void activation_forward<double>(Cpu, const ActivationForward<double>&);
template void activation_backward<float>(Cpu, const ActivationBackward<float>&);
template void activation_backward<double>(Cpu, const ActivationBackward<double>&);

}  // namespace storyteller
