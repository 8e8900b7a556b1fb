#include "kernels/lstm_cell.h"

#include <algorithm>

#include "kernels/cpu/context.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

/// Where the gates of a form lie: multiples of H.
template <LstmForm kForm>
struct Places {
  static constexpr int64_t kCandidate = kForm == LstmForm::kMaxOut ? 3 : 2;
  static constexpr int64_t kOutput = kForm == LstmForm::kMaxOut ? 2 : 3;
  static constexpr int64_t kLast = 4;  // the second candidate, or the sentinel's gate
};

template <class T>
struct ForwardRow {
  const T *a, *c;
  T *gates, *c_out, *h_out, *sentinel_out;
};

template <class T>
struct BackwardRow {
  const T *gates, *c, *c_out, *dh, *dc_out, *dsentinel;
  T *da, *dc;
};

template <LstmForm kForm, class T>
inline void forward_unit(const ForwardRow<T>& row, int64_t H, int64_t j) {
  using At = Places<kForm>;
  const T i = simd::sigmoid(row.a[j]);
  const T f = simd::sigmoid(row.a[H + j]);
  const T o = simd::sigmoid(row.a[At::kOutput * H + j]);
  const T a = row.a[At::kCandidate * H + j];
  T candidate;
  if constexpr (kForm == LstmForm::kMaxOut) {
    const T b = row.a[At::kLast * H + j];
    candidate = a < b ? b : a;
    row.gates[At::kCandidate * H + j] = a;
    row.gates[At::kLast * H + j] = b;
  } else {
    candidate = simd::tanh(a);
    row.gates[At::kCandidate * H + j] = candidate;
  }
  const T cell = f * row.c[j] + i * candidate;
  const T t = simd::tanh(cell);
  if constexpr (kForm == LstmForm::kSentinel) {
    const T s = simd::sigmoid(row.a[At::kLast * H + j]);
    row.gates[At::kLast * H + j] = s;
    row.sentinel_out[j] = s * t;
  }
  row.gates[j] = i;
  row.gates[H + j] = f;
  row.gates[At::kOutput * H + j] = o;
  row.c_out[j] = cell;
  row.h_out[j] = o * t;
}

template <LstmForm kForm, class T>
inline void backward_unit(const BackwardRow<T>& row, int64_t H, int64_t j) {
  using At = Places<kForm>;
  const T i = row.gates[j], f = row.gates[H + j], o = row.gates[At::kOutput * H + j];
  const T a = row.gates[At::kCandidate * H + j];
  const T t = simd::tanh(row.c_out[j]);
  T through_tanh = row.dh[j] * o;
  if constexpr (kForm == LstmForm::kSentinel) {
    const T s = row.gates[At::kLast * H + j];
    through_tanh += row.dsentinel[j] * s;
    row.da[At::kLast * H + j] += row.dsentinel[j] * t * s * (1 - s);
  }
  const T cell = row.dc_out[j] + through_tanh * (1 - t * t);
  T candidate = a;
  if constexpr (kForm == LstmForm::kMaxOut) {
    const T b = row.gates[At::kLast * H + j];
    candidate = a < b ? b : a;
    row.da[At::kCandidate * H + j] += a < b ? T{0} : cell * i;
    row.da[At::kLast * H + j] += a < b ? cell * i : T{0};
  } else {
    row.da[At::kCandidate * H + j] += cell * i * (1 - a * a);
  }
  row.da[j] += cell * candidate * i * (1 - i);
  row.da[H + j] += cell * row.c[j] * f * (1 - f);
  row.da[At::kOutput * H + j] += row.dh[j] * t * o * (1 - o);
  row.dc[j] += cell * f;
}

template <LstmForm kForm>
STORYTELLER_SIMD void forward_row(const ForwardRow<float>& row, int64_t H) {
#pragma omp simd
  for (int64_t j = 0; j < H; ++j) forward_unit<kForm>(row, H, j);
}
template <LstmForm kForm>
void forward_row(const ForwardRow<double>& row, int64_t H) {
  for (int64_t j = 0; j < H; ++j) forward_unit<kForm>(row, H, j);
}

template <LstmForm kForm>
STORYTELLER_SIMD void backward_row(const BackwardRow<float>& row, int64_t H) {
#pragma omp simd
  for (int64_t j = 0; j < H; ++j) backward_unit<kForm>(row, H, j);
}
template <LstmForm kForm>
void backward_row(const BackwardRow<double>& row, int64_t H) {
  for (int64_t j = 0; j < H; ++j) backward_unit<kForm>(row, H, j);
}

template <LstmForm kForm, class T>
void forward(const LstmCellForward<T>& p) {
  constexpr int64_t G = lstm_gates(kForm);
  parallel_shares(p.B, G * p.B * p.H, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      const int64_t gates = G * b * p.H, unit = b * p.H;
      forward_row<kForm>(
          ForwardRow<T>{
              .a = p.a + gates,
              .c = p.c + unit,
              .gates = p.gates + gates,
              .c_out = p.c_out + unit,
              .h_out = p.h_out + unit,
              .sentinel_out = p.sentinel_out == nullptr ? nullptr : p.sentinel_out + unit},
          p.H);
    }
  });
}

template <LstmForm kForm, class T>
void backward(Cpu backend, const LstmCellBackward<T>& p) {
  constexpr int64_t G = lstm_gates(kForm);
  // One row of zeros stands in for a gradient that nobody sent, one row takes what nobody wants.
  const int64_t threads = omp_get_max_threads();
  T* spare = static_cast<T*>(backend.context->scratch(sizeof(T) * (1 + threads) * p.H));
  std::fill_n(spare, (1 + threads) * p.H, T{0});
  parallel_shares(p.B, G * p.B * p.H, 1, [&](int64_t begin, int64_t end) {
    T* unwanted = spare + (1 + omp_get_thread_num()) * p.H;
    const auto sent = [&](const T* gradient, int64_t unit) {
      return gradient == nullptr ? spare : gradient + unit;
    };
    for (int64_t b = begin; b < end; ++b) {
      const int64_t gates = G * b * p.H, unit = b * p.H;
      backward_row<kForm>(BackwardRow<T>{.gates = p.gates + gates,
                                         .c = p.c + unit,
                                         .c_out = p.c_out + unit,
                                         .dh = sent(p.dh_out, unit),
                                         .dc_out = sent(p.dc_out, unit),
                                         .dsentinel = sent(p.dsentinel_out, unit),
                                         .da = p.da + gates,
                                         .dc = p.dc == nullptr ? unwanted : p.dc + unit},
                          p.H);
    }
  });
}

}  // namespace

template <class T>
void lstm_cell_forward(Cpu, const LstmCellForward<T>& p) {
  switch (p.form) {
    case LstmForm::kPlain:
      return forward<LstmForm::kPlain>(p);
    case LstmForm::kMaxOut:
      return forward<LstmForm::kMaxOut>(p);
    case LstmForm::kSentinel:
      return forward<LstmForm::kSentinel>(p);
  }
}

template <class T>
void lstm_cell_backward(Cpu backend, const LstmCellBackward<T>& p) {
  switch (p.form) {
    case LstmForm::kPlain:
      return backward<LstmForm::kPlain>(backend, p);
    case LstmForm::kMaxOut:
      return backward<LstmForm::kMaxOut>(backend, p);
    case LstmForm::kSentinel:
      return backward<LstmForm::kSentinel>(backend, p);
  }
}

template void lstm_cell_forward<float>(Cpu, const LstmCellForward<float>&);
template void lstm_cell_forward<double>(Cpu, const LstmCellForward<double>&);
template void lstm_cell_backward<float>(Cpu, const LstmCellBackward<float>&);
template void lstm_cell_backward<double>(Cpu, const LstmCellBackward<double>&);

}  // namespace storyteller
