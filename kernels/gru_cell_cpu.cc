#include "kernels/gru_cell.h"

#include <algorithm>

#include "kernels/cpu/context.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

/// The arrays of one row of the batch.
template <class T>
struct ForwardRow {
  const T *ax, *ah, *state;
  T *gates, *state_out, *h_out;
};
template <class T>
struct BackwardRow {
  const T *gates, *ah, *state, *dh_out, *dstate_out;
  T *dax, *dah, *dstate;
};

template <class T>
inline void forward_unit(const ForwardRow<T>& row, int64_t H, int64_t j) {
  const T r = simd::sigmoid(row.ax[j] + row.ah[j]);
  const T z = simd::sigmoid(row.ax[H + j] + row.ah[H + j]);
  const T n = simd::tanh(row.ax[2 * H + j] + r * row.ah[2 * H + j]);
  const T h = (1 - z) * n + z * row.state[j];
  row.gates[j] = r;
  row.gates[H + j] = z;
  row.gates[2 * H + j] = n;
  row.state_out[j] = h;
  row.h_out[j] = h;
}

template <class T>
inline void backward_unit(const BackwardRow<T>& row, int64_t H, int64_t j) {
  const T r = row.gates[j], z = row.gates[H + j], n = row.gates[2 * H + j];
  const T dh = row.dh_out[j] + row.dstate_out[j];
  const T dn = dh * (1 - z) * (1 - n * n);
  const T dz = dh * (row.state[j] - n) * z * (1 - z);
  const T dr = dn * row.ah[2 * H + j] * r * (1 - r);
  row.dax[j] += dr;
  row.dax[H + j] += dz;
  row.dax[2 * H + j] += dn;
  row.dah[j] += dr;
  row.dah[H + j] += dz;
  row.dah[2 * H + j] += dn * r;
  row.dstate[j] += dh * z;
}

STORYTELLER_SIMD void forward_row(const ForwardRow<float>& row, int64_t H) {
#pragma omp simd
  for (int64_t j = 0; j < H; ++j) forward_unit(row, H, j);
}
void forward_row(const ForwardRow<double>& row, int64_t H) {
  for (int64_t j = 0; j < H; ++j) forward_unit(row, H, j);
}

STORYTELLER_SIMD void backward_row(const BackwardRow<float>& row, int64_t H) {
#pragma omp simd
  for (int64_t j = 0; j < H; ++j) backward_unit(row, H, j);
}
void backward_row(const BackwardRow<double>& row, int64_t H) {
  for (int64_t j = 0; j < H; ++j) backward_unit(row, H, j);
}

}  // namespace

template <class T>
void gru_cell_forward(Cpu, const GruCellForward<T>& p) {
  parallel_shares(p.B, 6 * p.B * p.H, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      const int64_t gates = 3 * b * p.H, unit = b * p.H;
      forward_row(ForwardRow<T>{.ax = p.ax + gates,
                                .ah = p.ah + gates,
                                .state = p.state + unit,
                                .gates = p.gates + gates,
                                .state_out = p.state_out + unit,
                                .h_out = p.h_out + unit},
                  p.H);
    }
  });
}

template <class T>
void gru_cell_backward(Cpu backend, const GruCellBackward<T>& p) {
  // One row of zeros stands in for a gradient that nobody sent; a row of gates for each thread
  // takes what nobody wants.
  const int64_t threads = omp_get_max_threads();
  T* zeros = static_cast<T*>(backend.context->scratch(sizeof(T) * (1 + 3 * threads) * p.H));
  std::fill_n(zeros, (1 + 3 * threads) * p.H, T{0});
  parallel_shares(p.B, 6 * p.B * p.H, 1, [&](int64_t begin, int64_t end) {
    T* unwanted = zeros + (1 + 3 * omp_get_thread_num()) * p.H;
    for (int64_t b = begin; b < end; ++b) {
      const int64_t gates = 3 * b * p.H, unit = b * p.H;
      backward_row(
          BackwardRow<T>{.gates = p.gates + gates,
                         .ah = p.ah + gates,
                         .state = p.state + unit,
                         .dh_out = p.dh_out == nullptr ? zeros : p.dh_out + unit,
                         .dstate_out = p.dstate_out == nullptr ? zeros : p.dstate_out + unit,
                         .dax = p.dax == nullptr ? unwanted : p.dax + gates,
                         .dah = p.dah == nullptr ? unwanted : p.dah + gates,
                         .dstate = p.dstate == nullptr ? unwanted : p.dstate + unit},
          p.H);
    }
  });
}

template void gru_cell_forward<float>(Cpu, const GruCellForward<float>&);
template void gru_cell_forward<double>(Cpu, const GruCellForward<double>&);
template void gru_cell_backward<float>(Cpu, const GruCellBackward<float>&);
template void gru_cell_backward<double>(Cpu, const GruCellBackward<double>&);

}  // namespace storyteller
