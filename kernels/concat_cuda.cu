// Two arrays side by side (formulas in concat.h), forward and backward.
//
// Bytes: forward reads and writes N(A+B) values once; backward reads dy and reads and writes what
// is wanted of da and db: bound by memory. Operations: at most one addition a value.
//
// Design: a thread owns 16 bytes of the row of y, which lie in a or in b alone where both widths
// are multiples of the vector.
#include "kernels/concat.h"

#include "kernels/cuda/launch.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

constexpr int kThreads = 256;

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kThreads) concat_forward_kernel(ConcatForward<T> p) {
  const int64_t vectors = (p.A + p.B) / W, stride = int64_t{gridDim.x} * kThreads;
  for (int64_t v = int64_t{blockIdx.x} * kThreads + threadIdx.x; v < p.N * vectors; v += stride) {
    const int64_t n = v / vectors, c = v % vectors * W;
    float x[W];
    load(c < p.A ? p.a + n * p.A + c : p.b + n * p.B + (c - p.A), x);
    store(p.y + v * W, x);
  }
}

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kThreads) concat_backward_kernel(ConcatBackward<T> p) {
  const int64_t vectors = (p.A + p.B) / W, stride = int64_t{gridDim.x} * kThreads;
  for (int64_t v = int64_t{blockIdx.x} * kThreads + threadIdx.x; v < p.N * vectors; v += stride) {
    const int64_t n = v / vectors, c = v % vectors * W;
    T* whole = c < p.A ? p.da : p.db;
    if (whole == nullptr) continue;
    float dy[W];
    load(p.dy + v * W, dy);
    add_to(c < p.A ? whole + n * p.A + c : whole + n * p.B + (c - p.A), dy);
  }
}

/// Enough threads for all vectors of y.
template <class T>
LaunchShape shape_for(const T& p, int64_t lanes) {
  return {.grid = grid_for(p.N * (p.A + p.B) / lanes, kThreads), .block = kThreads};
}

}  // namespace

template <class T>
void concat_forward(Cuda backend, const ConcatForward<T>& p) {
  const bool vector = p.A % kLanes<T> == 0 && can_vectorise<T>(p.B, p.a, p.b, p.y);
  launch(backend, "concat_forward",
         vector ? concat_forward_kernel<T, kLanes<T>> : concat_forward_kernel<T, 1>,
         shape_for(p, vector ? kLanes<T> : 1), p);
}

template <class T>
void concat_backward(Cuda backend, const ConcatBackward<T>& p) {
  const bool vector = p.A % kLanes<T> == 0 && can_vectorise<T>(p.B, p.dy, p.da, p.db);
  launch(backend, "concat_backward",
         vector ? concat_backward_kernel<T, kLanes<T>> : concat_backward_kernel<T, 1>,
         shape_for(p, vector ? kLanes<T> : 1), p);
}

template void concat_forward<float>(Cuda, const ConcatForward<float>&);
template void concat_forward<bfloat16>(Cuda, const ConcatForward<bfloat16>&);
template void concat_backward<float>(Cuda, const ConcatBackward<float>&);
template void concat_backward<bfloat16>(Cuda, const ConcatBackward<bfloat16>&);

}  // namespace storyteller
