// One GRU step after its two GEMMs (formulas in gru_cell.h; Cho et al., 2014), forward and
// backward.
//
// Bytes: forward reads 6 + 1 and writes 3 + 1 + 1 values an element of (B,H), backward reads 7 and
// reads and writes 7 more: 28 and 50 bytes in bfloat16 with its float states. Bound by launch
// latency at B = 64, by memory beyond. Operations: 2 sigmoids and a hyperbolic tangent an element
// forward, none of them backward: derivatives follow from the activated gates.
//
// Design: one thread per 16 bytes of hidden units of a row, so that every access is a 16-byte one;
// an odd H takes the instantiation with one unit a thread. Of ah the backward reads a third in
// place: the forward writes nothing that the GEMM has written already.
#include "kernels/gru_cell.h"

#include "kernels/cuda/launch.h"
#include "kernels/cuda/math.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

constexpr int kThreads = 128;

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kThreads) gru_cell_forward_kernel(GruCellForward<T> p) {
  const int64_t vectors = p.H / W;
  const int64_t stride = int64_t{gridDim.x} * kThreads;
  for (int64_t v = int64_t{blockIdx.x} * kThreads + threadIdx.x; v < p.B * vectors; v += stride) {
    const int64_t b = v / vectors, j = v % vectors * W;
    const int64_t row = 3 * b * p.H + j, unit = b * p.H + j;
    float r[W], z[W], n[W], ah_r[W], ah_z[W], ah_n[W], h[W];
    load(p.ax + row, r);
    load(p.ax + row + p.H, z);
    load(p.ax + row + 2 * p.H, n);
    load(p.ah + row, ah_r);
    load(p.ah + row + p.H, ah_z);
    load(p.ah + row + 2 * p.H, ah_n);
    load(p.state + unit, h);
#pragma unroll
    for (int k = 0; k < W; ++k) {
      r[k] = sigmoid_for<T>(r[k] + ah_r[k]);
      z[k] = sigmoid_for<T>(z[k] + ah_z[k]);
      n[k] = tanh_for<T>(n[k] + r[k] * ah_n[k]);
      h[k] = (1 - z[k]) * n[k] + z[k] * h[k];
    }
    store(p.gates + row, r);
    store(p.gates + row + p.H, z);
    store(p.gates + row + 2 * p.H, n);
    store(p.state_out + unit, h);
    store(p.h_out + unit, h);
  }
}

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kThreads) gru_cell_backward_kernel(GruCellBackward<T> p) {
  const int64_t vectors = p.H / W;
  const int64_t stride = int64_t{gridDim.x} * kThreads;
  for (int64_t v = int64_t{blockIdx.x} * kThreads + threadIdx.x; v < p.B * vectors; v += stride) {
    const int64_t b = v / vectors, j = v % vectors * W;
    const int64_t row = 3 * b * p.H + j, unit = b * p.H + j;
    float r[W], z[W], n[W], ah_n[W], h[W], dh[W] = {}, dstate[W] = {};
    load(p.gates + row, r);
    load(p.gates + row + p.H, z);
    load(p.gates + row + 2 * p.H, n);
    load(p.ah + row + 2 * p.H, ah_n);
    load(p.state + unit, h);
    if (p.dh_out != nullptr) load(p.dh_out + unit, dh);
    if (p.dstate_out != nullptr) load(p.dstate_out + unit, dstate);
    float dr[W], dz[W], dn[W], dah_n[W];
#pragma unroll
    for (int k = 0; k < W; ++k) {
      dh[k] += dstate[k];
      dn[k] = dh[k] * (1 - z[k]) * (1 - n[k] * n[k]);
      dz[k] = dh[k] * (h[k] - n[k]) * z[k] * (1 - z[k]);
      dr[k] = dn[k] * ah_n[k] * r[k] * (1 - r[k]);
      dah_n[k] = dn[k] * r[k];
      dstate[k] = dh[k] * z[k];
    }
    if (p.dax != nullptr) {
      add_to(p.dax + row, dr);
      add_to(p.dax + row + p.H, dz);
      add_to(p.dax + row + 2 * p.H, dn);
    }
    if (p.dah != nullptr) {
      add_to(p.dah + row, dr);
      add_to(p.dah + row + p.H, dz);
      add_to(p.dah + row + 2 * p.H, dah_n);
    }
    if (p.dstate != nullptr) add_to(p.dstate + unit, dstate);
  }
}

}  // namespace

template <class T>
void gru_cell_forward(Cuda backend, const GruCellForward<T>& p) {
  // States are float: where T is bfloat16 a vector of them is two 16-byte accesses.
  const bool vector = can_vectorise<T>(p.H, p.ax, p.ah, p.state, p.gates, p.state_out, p.h_out);
  launch(backend, "gru_cell_forward",
         vector ? gru_cell_forward_kernel<T, kLanes<T>> : gru_cell_forward_kernel<T, 1>,
         {.grid = grid_for(p.B * p.H / (vector ? kLanes<T> : 1), kThreads), .block = kThreads}, p);
}

template <class T>
void gru_cell_backward(Cuda backend, const GruCellBackward<T>& p) {
  const bool vector =
      can_vectorise<T>(p.H, p.gates, p.ah, p.state, p.dh_out, p.dstate_out, p.dax, p.dah, p.dstate);
  launch(backend, "gru_cell_backward",
         vector ? gru_cell_backward_kernel<T, kLanes<T>> : gru_cell_backward_kernel<T, 1>,
         {.grid = grid_for(p.B * p.H / (vector ? kLanes<T> : 1), kThreads), .block = kThreads}, p);
}

template void gru_cell_forward<float>(Cuda, const GruCellForward<float>&);
template void gru_cell_forward<bfloat16>(Cuda, const GruCellForward<bfloat16>&);
template void gru_cell_backward<float>(Cuda, const GruCellBackward<float>&);
template void gru_cell_backward<bfloat16>(Cuda, const GruCellBackward<bfloat16>&);

}  // namespace storyteller
