// Gated linear unit on rows of two halves (glu.h; Dauphin et al., 2017), forward and backward.
//
// Bytes: forward reads 2 and writes 2 values an element of (B,H), backward reads 5 and writes 2: 8
// and 14 bytes in bfloat16. Bound by launch latency at the rows of one step, by memory beyond.
// Operations: a sigmoid an element forward; the backward has it from there.
//
// Design: one thread per 16 bytes of a half, which reads the same place of the other half, so that
// every access is a 16-byte one; an odd H takes one element a thread.
#include "kernels/glu.h"

#include "kernels/cuda/math.h"
#include "kernels/cuda/pointwise.h"

namespace storyteller {
namespace {

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kPointwiseThreads) glu_forward_kernel(GluForward<T> p) {
  for_each_vector<W>(p.B * p.H, [&](int64_t i) {
    T* x = p.x + i + i / p.H * p.H;
    float a[W], s[W], y[W];
    load(x, a);
    load(x + p.H, s);
#pragma unroll
    for (int k = 0; k < W; ++k) {
      s[k] = sigmoid_for<T>(s[k]);
      y[k] = a[k] * s[k];
    }
    store(x + p.H, s);
    store(p.y + i, y);
  });
}

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kPointwiseThreads) glu_backward_kernel(GluBackward<T> p) {
  for_each_vector<W>(p.B * p.H, [&](int64_t i) {
    const int64_t row = i + i / p.H * p.H;
    float a[W], s[W], dy[W], da[W], db[W];
    load(p.x + row, a);
    load(p.x + row + p.H, s);
    load(p.dy + i, dy);
#pragma unroll
    for (int k = 0; k < W; ++k) {
      da[k] = dy[k] * s[k];
      db[k] = da[k] * a[k] * (1 - s[k]);
    }
    add_to(p.dx + row, da);
    add_to(p.dx + row + p.H, db);
  });
}

}  // namespace

template <class T>
void glu_forward(Cuda backend, const GluForward<T>& p) {
  const bool vector = can_vectorise<T>(p.H, p.x, p.y);
  launch(backend, "glu_forward",
         vector ? glu_forward_kernel<T, kLanes<T>> : glu_forward_kernel<T, 1>,
         pointwise_shape(p.B * p.H, vector ? kLanes<T> : 1), p);
}

template <class T>
void glu_backward(Cuda backend, const GluBackward<T>& p) {
  const bool vector = can_vectorise<T>(p.H, p.x, p.dy, p.dx);
  launch(backend, "glu_backward",
         vector ? glu_backward_kernel<T, kLanes<T>> : glu_backward_kernel<T, 1>,
         pointwise_shape(p.B * p.H, vector ? kLanes<T> : 1), p);
}

template void glu_forward<float>(Cuda, const GluForward<float>&);
template void glu_forward<bfloat16>(Cuda, const GluForward<bfloat16>&);
template void glu_backward<float>(Cuda, const GluBackward<float>&);
template void glu_backward<bfloat16>(Cuda, const GluBackward<bfloat16>&);

}  // namespace storyteller
