// Arithmetic on flat arrays (formulas in arithmetic.h).
//
// Bytes: every operand is read once and every result written once; an ACCUMULATED one is both. No
// kernel has more than four operations an element, so all are bound by memory.
//
// Design: one thread a 16-byte vector (kernels/cuda/pointwise.h); an array that vectors do not
// divide takes the instantiation with one element a thread.
#include "kernels/arithmetic.h"

#include "kernels/cuda/pointwise.h"

namespace storyteller {
namespace {

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kPointwiseThreads) fill_kernel(Fill<T> p) {
  float x[W];
#pragma unroll
  for (int k = 0; k < W; ++k) x[k] = p.value;
  for_each_vector<W>(p.n, [&](int64_t i) { store(p.x + i, x); });
}

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kPointwiseThreads) add_scaled_kernel(AddScaled<T> p) {
  for_each_vector<W>(p.n, [&](int64_t i) {
    float x[W], y[W];
    load(p.x + i, x);
    load(p.y + i, y);
#pragma unroll
    for (int k = 0; k < W; ++k) y[k] += p.scale * x[k];
    store(p.y + i, y);
  });
}

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kPointwiseThreads) scale_kernel(Scale<T> p) {
  for_each_vector<W>(p.n, [&](int64_t i) {
    float x[W];
    load(p.x + i, x);
#pragma unroll
    for (int k = 0; k < W; ++k) x[k] *= p.scale;
    store(p.y + i, x);
  });
}

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kPointwiseThreads) add_kernel(Add<T> p) {
  for_each_vector<W>(p.n, [&](int64_t i) {
    float a[W], b[W];
    load(p.a + i, a);
    load(p.b + i, b);
#pragma unroll
    for (int k = 0; k < W; ++k) a[k] += b[k];
    store(p.out + i, a);
  });
}

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kPointwiseThreads) multiply_kernel(Multiply<T> p) {
  for_each_vector<W>(p.n, [&](int64_t i) {
    float a[W], b[W];
    load(p.a + i, a);
    load(p.b + i, b);
#pragma unroll
    for (int k = 0; k < W; ++k) a[k] *= b[k];
    store(p.out + i, a);
  });
}

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kPointwiseThreads)
    multiply_backward_kernel(MultiplyBackward<T> p) {
  // to += dout * factor
  const auto accumulate = [](T* to, const float(&dout)[W], const T* factor) {
    float x[W];
    load(factor, x);
#pragma unroll
    for (int k = 0; k < W; ++k) x[k] *= dout[k];
    add_to(to, x);
  };
  for_each_vector<W>(p.n, [&](int64_t i) {
    float dout[W];
    load(p.dout + i, dout);
    if (p.da != nullptr) accumulate(p.da + i, dout, p.b + i);
    if (p.db != nullptr) accumulate(p.db + i, dout, p.a + i);
  });
}

}  // namespace

template <class T>
void fill(Cuda backend, const Fill<T>& p) {
  const bool vector = can_vectorise<T>(p.n, p.x);
  launch(backend, "fill", vector ? fill_kernel<T, kLanes<T>> : fill_kernel<T, 1>,
         pointwise_shape(p.n, vector ? kLanes<T> : 1), p);
}

template <class T>
void add_scaled(Cuda backend, const AddScaled<T>& p) {
  const bool vector = can_vectorise<T>(p.n, p.x, p.y);
  launch(backend, "add_scaled", vector ? add_scaled_kernel<T, kLanes<T>> : add_scaled_kernel<T, 1>,
         pointwise_shape(p.n, vector ? kLanes<T> : 1), p);
}

template <class T>
void scale(Cuda backend, const Scale<T>& p) {
  const bool vector = can_vectorise<T>(p.n, p.x, p.y);
  launch(backend, "scale", vector ? scale_kernel<T, kLanes<T>> : scale_kernel<T, 1>,
         pointwise_shape(p.n, vector ? kLanes<T> : 1), p);
}

template <class T>
void add(Cuda backend, const Add<T>& p) {
  const bool vector = can_vectorise<T>(p.n, p.a, p.b, p.out);
  launch(backend, "add", vector ? add_kernel<T, kLanes<T>> : add_kernel<T, 1>,
         pointwise_shape(p.n, vector ? kLanes<T> : 1), p);
}

template <class T>
void multiply(Cuda backend, const Multiply<T>& p) {
  const bool vector = can_vectorise<T>(p.n, p.a, p.b, p.out);
  launch(backend, "multiply", vector ? multiply_kernel<T, kLanes<T>> : multiply_kernel<T, 1>,
         pointwise_shape(p.n, vector ? kLanes<T> : 1), p);
}

template <class T>
void multiply_backward(Cuda backend, const MultiplyBackward<T>& p) {
  const bool vector = can_vectorise<T>(p.n, p.a, p.b, p.dout, p.da, p.db);
  launch(backend, "multiply_backward",
         vector ? multiply_backward_kernel<T, kLanes<T>> : multiply_backward_kernel<T, 1>,
         pointwise_shape(p.n, vector ? kLanes<T> : 1), p);
}

#define STORYTELLER_INSTANTIATE(T)                        \
  template void fill<T>(Cuda, const Fill<T>&);            \
  template void add_scaled<T>(Cuda, const AddScaled<T>&); \
  template void scale<T>(Cuda, const Scale<T>&);          \
  template void add<T>(Cuda, const Add<T>&);              \
  template void multiply<T>(Cuda, const Multiply<T>&);    \
  template void multiply_backward<T>(Cuda, const MultiplyBackward<T>&);
STORYTELLER_INSTANTIATE(float)
STORYTELLER_INSTANTIATE(bfloat16)
#undef STORYTELLER_INSTANTIATE

}  // namespace storyteller
