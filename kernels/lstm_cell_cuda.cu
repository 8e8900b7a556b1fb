// One LSTM step after the GEMM (formulas in lstm_cell.h; Gers et al., 2000), forward and backward.
//
// Bytes: forward reads 4 + 1 and writes 4 + 1 + 1 values an element of (B,H), backward reads 8 and
// reads and writes 5 more: 26 and 46 bytes in bfloat16 with its float states. Bound by launch
// latency at B = 64, by memory beyond. Operations: 3 sigmoids and 2 hyperbolic tangents an element
// forward, 1 tangent backward.
//
// Design: one thread per 16 bytes of hidden units of a row, so that every access is a 16-byte one;
// an odd H takes the instantiation with one unit a thread.
#include "kernels/lstm_cell.h"

#include "kernels/cuda/launch.h"
#include "kernels/cuda/math.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

constexpr int kThreads = 128;

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kThreads) lstm_cell_forward_kernel(LstmCellForward<T> p) {
  const int64_t vectors = p.H / W;
  const int64_t stride = int64_t{gridDim.x} * kThreads;
  for (int64_t v = int64_t{blockIdx.x} * kThreads + threadIdx.x; v < p.B * vectors; v += stride) {
    const int64_t b = v / vectors, j = v % vectors * W;
    const int64_t row = 4 * b * p.H + j;
    float i[W], f[W], g[W], o[W], c[W], h[W];
    load(p.a + row, i);
    load(p.a + row + p.H, f);
    load(p.a + row + 2 * p.H, g);
    load(p.a + row + 3 * p.H, o);
    load(p.c + b * p.H + j, c);
#pragma unroll
    for (int k = 0; k < W; ++k) {
      i[k] = sigmoid_for<T>(i[k]);
      f[k] = sigmoid_for<T>(f[k]);
      g[k] = tanh_for<T>(g[k]);
      o[k] = sigmoid_for<T>(o[k]);
      c[k] = f[k] * c[k] + i[k] * g[k];
      h[k] = o[k] * tanh_for<T>(c[k]);
    }
    store(p.gates + row, i);
    store(p.gates + row + p.H, f);
    store(p.gates + row + 2 * p.H, g);
    store(p.gates + row + 3 * p.H, o);
    store(p.c_out + b * p.H + j, c);
    store(p.h_out + b * p.H + j, h);
  }
}

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kThreads) lstm_cell_backward_kernel(LstmCellBackward<T> p) {
  const int64_t vectors = p.H / W;
  const int64_t stride = int64_t{gridDim.x} * kThreads;
  for (int64_t v = int64_t{blockIdx.x} * kThreads + threadIdx.x; v < p.B * vectors; v += stride) {
    const int64_t b = v / vectors, j = v % vectors * W;
    const int64_t row = 4 * b * p.H + j, unit = b * p.H + j;
    float i[W], f[W], g[W], o[W], c[W], c_out[W], dh[W] = {}, dc[W] = {};
    load(p.gates + row, i);
    load(p.gates + row + p.H, f);
    load(p.gates + row + 2 * p.H, g);
    load(p.gates + row + 3 * p.H, o);
    load(p.c + unit, c);
    load(p.c_out + unit, c_out);
    if (p.dh_out != nullptr) load(p.dh_out + unit, dh);
    if (p.dc_out != nullptr) load(p.dc_out + unit, dc);
#pragma unroll
    for (int k = 0; k < W; ++k) {
      const float t = tanh_for<T>(c_out[k]);
      const float cell = dc[k] + dh[k] * o[k] * (1 - t * t);
      const float gate_i = i[k], gate_f = f[k], gate_g = g[k];
      i[k] = cell * gate_g * gate_i * (1 - gate_i);
      f[k] = cell * c[k] * gate_f * (1 - gate_f);
      g[k] = cell * gate_i * (1 - gate_g * gate_g);
      o[k] = dh[k] * t * o[k] * (1 - o[k]);
      dc[k] = cell * gate_f;
    }
    add_to(p.da + row, i);
    add_to(p.da + row + p.H, f);
    add_to(p.da + row + 2 * p.H, g);
    add_to(p.da + row + 3 * p.H, o);
    if (p.dc != nullptr) add_to(p.dc + unit, dc);
  }
}

}  // namespace

template <class T>
void lstm_cell_forward(Cuda backend, const LstmCellForward<T>& p) {
  // States are float: where T is bfloat16 a vector of them is two 16-byte accesses.
  const bool vector = can_vectorise<T>(p.H, p.a, p.gates, p.c, p.c_out, p.h_out);
  launch(backend, "lstm_cell_forward",
         vector ? lstm_cell_forward_kernel<T, kLanes<T>> : lstm_cell_forward_kernel<T, 1>,
         {.grid = grid_for(p.B * p.H / (vector ? kLanes<T> : 1), kThreads), .block = kThreads}, p);
}

template <class T>
void lstm_cell_backward(Cuda backend, const LstmCellBackward<T>& p) {
  const bool vector = can_vectorise<T>(p.H, p.gates, p.c, p.c_out, p.dh_out, p.dc_out, p.da, p.dc);
  launch(backend, "lstm_cell_backward",
         vector ? lstm_cell_backward_kernel<T, kLanes<T>> : lstm_cell_backward_kernel<T, 1>,
         {.grid = grid_for(p.B * p.H / (vector ? kLanes<T> : 1), kThreads), .block = kThreads}, p);
}

template void lstm_cell_forward<float>(Cuda, const LstmCellForward<float>&);
template void lstm_cell_forward<bfloat16>(Cuda, const LstmCellForward<bfloat16>&);
template void lstm_cell_backward<float>(Cuda, const LstmCellBackward<float>&);
template void lstm_cell_backward<bfloat16>(Cuda, const LstmCellBackward<bfloat16>&);

}  // namespace storyteller
