// Pointwise nonlinearities and their gradients (formulas in activation.h).
//
// Bytes: the forward reads and writes each element once, the backward reads two values and writes
// one (and reads it first where it accumulates). Operations: at most one tanh or exponential an
// element, so all are bound by memory.
//
// Design: one thread a 16-byte vector; the nonlinearity is a template argument, so that the loop
// has no branch. An array that vectors do not divide takes the instantiation with one element.
#include "kernels/activation.h"

#include "kernels/cuda/math.h"
#include "kernels/cuda/pointwise.h"

namespace storyteller {
namespace {

/// NaN stays NaN, so that a diverged run is seen.
template <class T, Activation kActivation>
__device__ inline float value(float x) {
  if constexpr (kActivation == Activation::kRelu) return x < 0 ? 0 : x;
  if constexpr (kActivation == Activation::kRelu6) return x < 0 ? 0 : (x > 6 ? 6 : x);
  if constexpr (kActivation == Activation::kSigmoid) return sigmoid_for<T>(x);
  if constexpr (kActivation == Activation::kTanh) return tanh_for<T>(x);
  return x;
}

template <Activation kActivation>
__device__ inline float slope(float y) {
  if constexpr (kActivation == Activation::kRelu) return y > 0 ? 1 : 0;
  if constexpr (kActivation == Activation::kRelu6) return y > 0 && y < 6 ? 1 : 0;
  if constexpr (kActivation == Activation::kSigmoid) return y * (1 - y);
  if constexpr (kActivation == Activation::kTanh) return 1 - y * y;
  return 1;
}

// compiled: no stack, only 16-byte accesses
template <class T, Activation kActivation, int W>
__global__ void __launch_bounds__(kPointwiseThreads)
    activation_forward_kernel(ActivationForward<T> p) {
  for_each_vector<W>(p.n, [&](int64_t i) {
    float x[W];
    load(p.x + i, x);
#pragma unroll
    for (int k = 0; k < W; ++k) x[k] = value<T, kActivation>(x[k]);
    store(p.y + i, x);
  });
}

// compiled: no stack, only 16-byte accesses
template <class T, Activation kActivation, int W>
__global__ void __launch_bounds__(kPointwiseThreads)
    activation_backward_kernel(ActivationBackward<T> p) {
  for_each_vector<W>(p.n, [&](int64_t i) {
    float y[W], dy[W], dx[W] = {};
    load(p.y + i, y);
    load(p.dy + i, dy);
    if (p.accumulate) load(p.dx + i, dx);
#pragma unroll
    for (int k = 0; k < W; ++k) dx[k] += dy[k] * slope<kActivation>(y[k]);
    store(p.dx + i, dx);
  });
}

/// Calls f with the nonlinearity as a template argument.
template <class F>
void with_activation(Activation activation, F&& f) {
  switch (activation) {
    case Activation::kNone:
      return f.template operator()<Activation::kNone>();
    case Activation::kRelu:
      return f.template operator()<Activation::kRelu>();
    case Activation::kRelu6:
      return f.template operator()<Activation::kRelu6>();
    case Activation::kSigmoid:
      return f.template operator()<Activation::kSigmoid>();
    case Activation::kTanh:
      return f.template operator()<Activation::kTanh>();
  }
}

}  // namespace

template <class T>
void activation_forward(Cuda backend, const ActivationForward<T>& p) {
  with_activation(p.activation, [&]<Activation kActivation>() {
    const bool vector = can_vectorise<T>(p.n, p.x, p.y);
    launch(backend, "activation_forward",
           vector ? activation_forward_kernel<T, kActivation, kLanes<T>>
                  : activation_forward_kernel<T, kActivation, 1>,
           pointwise_shape(p.n, vector ? kLanes<T> : 1), p);
  });
}

template <class T>
void activation_backward(Cuda backend, const ActivationBackward<T>& p) {
  with_activation(p.activation, [&]<Activation kActivation>() {
    const bool vector = can_vectorise<T>(p.n, p.y, p.dy, p.dx);
    launch(backend, "activation_backward",
           vector ? activation_backward_kernel<T, kActivation, kLanes<T>>
                  : activation_backward_kernel<T, kActivation, 1>,
           pointwise_shape(p.n, vector ? kLanes<T> : 1), p);
  });
}

template void activation_forward<float>(Cuda, const ActivationForward<float>&);
template void activation_forward<bfloat16>(Cuda, const ActivationForward<bfloat16>&);
template void activation_backward<float>(Cuda, const ActivationBackward<float>&);
template void activation_backward<bfloat16>(Cuda, const ActivationBackward<bfloat16>&);

}  // namespace storyteller
