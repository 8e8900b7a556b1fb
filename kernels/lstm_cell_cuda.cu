// One LSTM step after the GEMM (formulas in lstm_cell.h; Gers et al., 2000), forward and backward.
//
// Bytes: of the plain form, forward reads 4 + 1 and writes 4 + 1 + 1 values an element of (B,H),
// backward reads 8 and reads and writes 5 more: 26 and 46 bytes in bfloat16 with its float states.
// The other forms have a fifth gate, one of them a second output. Bound by launch
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

/// Where the gates of a form lie: multiples of H.
template <LstmForm kForm>
struct Places {
  static constexpr int kGates = static_cast<int>(lstm_gates(kForm));
  static constexpr int kCandidate = kForm == LstmForm::kMaxOut ? 3 : 2;
  static constexpr int kOutput = kForm == LstmForm::kMaxOut ? 2 : 3;
  static constexpr int kLast = 4;  // the second candidate, or the sentinel's gate
};

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W, LstmForm kForm>
__global__ void __launch_bounds__(kThreads) lstm_cell_forward_kernel(LstmCellForward<T> p) {
  using At = Places<kForm>;
  const int64_t vectors = p.H / W;
  const int64_t stride = int64_t{gridDim.x} * kThreads;
  for (int64_t v = int64_t{blockIdx.x} * kThreads + threadIdx.x; v < p.B * vectors; v += stride) {
    const int64_t b = v / vectors, j = v % vectors * W;
    const int64_t row = At::kGates * b * p.H + j, unit = b * p.H + j;
    float i[W], f[W], g[W], o[W], last[W], c[W], h[W], sentinel[W];
    load(p.a + row, i);
    load(p.a + row + p.H, f);
    load(p.a + row + At::kCandidate * p.H, g);
    load(p.a + row + At::kOutput * p.H, o);
    if (kForm != LstmForm::kPlain) load(p.a + row + At::kLast * p.H, last);
    load(p.c + unit, c);
#pragma unroll
    for (int k = 0; k < W; ++k) {
      i[k] = sigmoid_for<T>(i[k]);
      f[k] = sigmoid_for<T>(f[k]);
      if (kForm != LstmForm::kMaxOut) g[k] = tanh_for<T>(g[k]);
      o[k] = sigmoid_for<T>(o[k]);
      c[k] = f[k] * c[k] + i[k] * (kForm == LstmForm::kMaxOut ? fmaxf(g[k], last[k]) : g[k]);
      const float t = tanh_for<T>(c[k]);
      h[k] = o[k] * t;
      if (kForm == LstmForm::kSentinel) {
        last[k] = sigmoid_for<T>(last[k]);
        sentinel[k] = last[k] * t;
      }
    }
    store(p.gates + row, i);
    store(p.gates + row + p.H, f);
    store(p.gates + row + At::kCandidate * p.H, g);
    store(p.gates + row + At::kOutput * p.H, o);
    if (kForm != LstmForm::kPlain) store(p.gates + row + At::kLast * p.H, last);
    store(p.c_out + unit, c);
    store(p.h_out + unit, h);
    if (kForm == LstmForm::kSentinel) store(p.sentinel_out + unit, sentinel);
  }
}

// compiled: no stack, only 16-byte accesses
template <class T, int W, LstmForm kForm>
__global__ void __launch_bounds__(kThreads) lstm_cell_backward_kernel(LstmCellBackward<T> p) {
  using At = Places<kForm>;
  const int64_t vectors = p.H / W;
  const int64_t stride = int64_t{gridDim.x} * kThreads;
  for (int64_t v = int64_t{blockIdx.x} * kThreads + threadIdx.x; v < p.B * vectors; v += stride) {
    const int64_t b = v / vectors, j = v % vectors * W;
    const int64_t row = At::kGates * b * p.H + j, unit = b * p.H + j;
    float i[W], f[W], g[W], o[W], last[W], c[W], c_out[W], dh[W] = {}, dc[W] = {};
    float dsentinel[W] = {};
    load(p.gates + row, i);
    load(p.gates + row + p.H, f);
    load(p.gates + row + At::kCandidate * p.H, g);
    load(p.gates + row + At::kOutput * p.H, o);
    if (kForm != LstmForm::kPlain) load(p.gates + row + At::kLast * p.H, last);
    load(p.c + unit, c);
    load(p.c_out + unit, c_out);
    if (p.dh_out != nullptr) load(p.dh_out + unit, dh);
    if (p.dc_out != nullptr) load(p.dc_out + unit, dc);
    if (kForm == LstmForm::kSentinel && p.dsentinel_out != nullptr) {
      load(p.dsentinel_out + unit, dsentinel);
    }
#pragma unroll
    for (int k = 0; k < W; ++k) {
      const float t = tanh_for<T>(c_out[k]);
      float through_tanh = dh[k] * o[k];
      if (kForm == LstmForm::kSentinel) {
        through_tanh += dsentinel[k] * last[k];
        last[k] = dsentinel[k] * t * last[k] * (1 - last[k]);
      }
      const float cell = dc[k] + through_tanh * (1 - t * t);
      const float gate_i = i[k], gate_f = f[k];
      if (kForm == LstmForm::kMaxOut) {
        const bool second = g[k] < last[k];
        i[k] = cell * (second ? last[k] : g[k]) * gate_i * (1 - gate_i);
        g[k] = second ? 0 : cell * gate_i;
        last[k] = second ? cell * gate_i : 0;
      } else {
        i[k] = cell * g[k] * gate_i * (1 - gate_i);
        g[k] = cell * gate_i * (1 - g[k] * g[k]);
      }
      f[k] = cell * c[k] * gate_f * (1 - gate_f);
      o[k] = dh[k] * t * o[k] * (1 - o[k]);
      dc[k] = cell * gate_f;
    }
    add_to(p.da + row, i);
    add_to(p.da + row + p.H, f);
    add_to(p.da + row + At::kCandidate * p.H, g);
    add_to(p.da + row + At::kOutput * p.H, o);
    if (kForm != LstmForm::kPlain) add_to(p.da + row + At::kLast * p.H, last);
    if (p.dc != nullptr) add_to(p.dc + unit, dc);
  }
}

LaunchShape shape_of(int64_t B, int64_t H, int W) {
  return {.grid = grid_for(B * H / W, kThreads), .block = kThreads};
}

template <class T, LstmForm kForm>
void forward(Cuda backend, const LstmCellForward<T>& p) {
  // States are float: where T is bfloat16 a vector of them is two 16-byte accesses.
  const bool vector = can_vectorise<T>(p.H, p.a, p.gates, p.c, p.c_out, p.h_out, p.sentinel_out);
  launch(backend, "lstm_cell_forward",
         vector ? lstm_cell_forward_kernel<T, kLanes<T>, kForm>
                : lstm_cell_forward_kernel<T, 1, kForm>,
         shape_of(p.B, p.H, vector ? kLanes<T> : 1), p);
}

template <class T, LstmForm kForm>
void backward(Cuda backend, const LstmCellBackward<T>& p) {
  const bool vector =
      can_vectorise<T>(p.H, p.gates, p.c, p.c_out, p.dh_out, p.dc_out, p.dsentinel_out, p.da, p.dc);
  launch(backend, "lstm_cell_backward",
         vector ? lstm_cell_backward_kernel<T, kLanes<T>, kForm>
                : lstm_cell_backward_kernel<T, 1, kForm>,
         shape_of(p.B, p.H, vector ? kLanes<T> : 1), p);
}

}  // namespace

template <class T>
void lstm_cell_forward(Cuda backend, const LstmCellForward<T>& p) {
  switch (p.form) {
    case LstmForm::kPlain:
      return forward<T, LstmForm::kPlain>(backend, p);
    case LstmForm::kMaxOut:
      return forward<T, LstmForm::kMaxOut>(backend, p);
    case LstmForm::kSentinel:
      return forward<T, LstmForm::kSentinel>(backend, p);
  }
}

template <class T>
void lstm_cell_backward(Cuda backend, const LstmCellBackward<T>& p) {
  switch (p.form) {
    case LstmForm::kPlain:
      return backward<T, LstmForm::kPlain>(backend, p);
    case LstmForm::kMaxOut:
      return backward<T, LstmForm::kMaxOut>(backend, p);
    case LstmForm::kSentinel:
      return backward<T, LstmForm::kSentinel>(backend, p);
  }
}

template void lstm_cell_forward<float>(Cuda, const LstmCellForward<float>&);
template void lstm_cell_forward<bfloat16>(Cuda, const LstmCellForward<bfloat16>&);
template void lstm_cell_backward<float>(Cuda, const LstmCellBackward<float>&);
template void lstm_cell_backward<bfloat16>(Cuda, const LstmCellBackward<bfloat16>&);

}  // namespace storyteller
