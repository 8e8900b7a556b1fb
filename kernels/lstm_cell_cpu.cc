#include "kernels/lstm_cell.h"

#include <algorithm>

#include "kernels/cpu/context.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

template <class T>
inline void forward_unit(const T* a, const T* c, T* gates, T* c_out, T* h_out, int64_t H,
                         int64_t j) {
  const T i = simd::sigmoid(a[j]);
  const T f = simd::sigmoid(a[H + j]);
  const T g = simd::tanh(a[2 * H + j]);
  const T o = simd::sigmoid(a[3 * H + j]);
  const T cell = f * c[j] + i * g;
  gates[j] = i;
  gates[H + j] = f;
  gates[2 * H + j] = g;
  gates[3 * H + j] = o;
  c_out[j] = cell;
  h_out[j] = o * simd::tanh(cell);
}

template <class T>
inline void backward_unit(const T* gates, const T* c, const T* c_out, T dh, T dc_out, T* da, T* dc,
                          int64_t H, int64_t j) {
  const T i = gates[j], f = gates[H + j], g = gates[2 * H + j], o = gates[3 * H + j];
  const T t = simd::tanh(c_out[j]);
  const T cell = dc_out + dh * o * (1 - t * t);
  da[j] += cell * g * i * (1 - i);
  da[H + j] += cell * c[j] * f * (1 - f);
  da[2 * H + j] += cell * i * (1 - g * g);
  da[3 * H + j] += dh * t * o * (1 - o);
  dc[j] += cell * f;
}

STORYTELLER_SIMD void forward_row(const float* a, const float* c, float* gates, float* c_out,
                                  float* h_out, int64_t H) {
#pragma omp simd
  for (int64_t j = 0; j < H; ++j) forward_unit(a, c, gates, c_out, h_out, H, j);
}
void forward_row(const double* a, const double* c, double* gates, double* c_out, double* h_out,
                 int64_t H) {
  for (int64_t j = 0; j < H; ++j) forward_unit(a, c, gates, c_out, h_out, H, j);
}

STORYTELLER_SIMD void backward_row(const float* gates, const float* c, const float* c_out,
                                   const float* dh, const float* dc_out, float* da, float* dc,
                                   int64_t H) {
#pragma omp simd
  for (int64_t j = 0; j < H; ++j) backward_unit(gates, c, c_out, dh[j], dc_out[j], da, dc, H, j);
}
void backward_row(const double* gates, const double* c, const double* c_out, const double* dh,
                  const double* dc_out, double* da, double* dc, int64_t H) {
  for (int64_t j = 0; j < H; ++j) backward_unit(gates, c, c_out, dh[j], dc_out[j], da, dc, H, j);
}

}  // namespace

template <class T>
void lstm_cell_forward(Cpu, const LstmCellForward<T>& p) {
  parallel_shares(p.B, 4 * p.B * p.H, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      forward_row(p.a + 4 * b * p.H, p.c + b * p.H, p.gates + 4 * b * p.H, p.c_out + b * p.H,
                  p.h_out + b * p.H, p.H);
    }
  });
}

template <class T>
void lstm_cell_backward(Cpu backend, const LstmCellBackward<T>& p) {
  // One row of zeros stands in for a gradient that nobody sent, one row takes what nobody wants.
  const int64_t threads = omp_get_max_threads();
  T* spare = static_cast<T*>(backend.context->scratch(sizeof(T) * (1 + threads) * p.H));
  std::fill_n(spare, (1 + threads) * p.H, T{0});
  parallel_shares(p.B, 4 * p.B * p.H, 1, [&](int64_t begin, int64_t end) {
    T* unwanted = spare + (1 + omp_get_thread_num()) * p.H;
    for (int64_t b = begin; b < end; ++b) {
      backward_row(p.gates + 4 * b * p.H, p.c + b * p.H, p.c_out + b * p.H,
                   p.dh_out == nullptr ? spare : p.dh_out + b * p.H,
                   p.dc_out == nullptr ? spare : p.dc_out + b * p.H, p.da + 4 * b * p.H,
                   p.dc == nullptr ? unwanted : p.dc + b * p.H, p.H);
    }
  });
}

template void lstm_cell_forward<float>(Cpu, const LstmCellForward<float>&);
template void lstm_cell_forward<double>(Cpu, const LstmCellForward<double>&);
template void lstm_cell_backward<float>(Cpu, const LstmCellBackward<float>&);
template void lstm_cell_backward<double>(Cpu, const LstmCellBackward<double>&);

}  // namespace storyteller
