// The kernels of the decoder's loop.
#include <string>
#include "bench/cuda/kernel_case.h"
#include "kernels/attention.h"
#include "kernels/gru_cell.h"
#include "kernels/lstm_cell.h"

namespace storyteller {
namespace {

using Call = std::function<void()>;

Cuda cuda() { return case_backend(); }

struct AttentionSizes {
  int64_t I, B, L, A, D;

  std::string name(const std::string& kernel) const {
    std::string name = with(with(kernel, "L", L), "D", D);
    return I == B ? name : with(with(name, "B", B), "of I", I);
  }
};

/// 0, 1, 2 ..., each `times` times.
std::vector<int32_t> in_turn(int64_t n, int64_t times) {
  std::vector<int32_t> rows(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i) rows[static_cast<size_t>(i)] = static_cast<int32_t>(i / times);
  return rows;
}

template <class T>
KernelCase attention_forward_case(const AttentionSizes& n) {
  const int64_t I = n.I, B = n.B, L = n.L, A = n.A, D = n.D;
  const int64_t elements = I * L * (A + D) + B * (A + 3 * D) + A;
  return make_case<T>(n.name("attention_forward"),
                      {.elements = elements, .words = B * L + B, .tanhs = 1.0 * B * L * A},
                      [=](KernelArrays& arrays) -> Call {
                        const AttentionForward<T> p{
                            .keys = arrays.in<T>(I * L * A),
                            .values = arrays.in<T>(I * L * D),
                            .score_weight = arrays.in<T>(A),
                            .query = arrays.in<T>(B * A),
                            .gate = arrays.in<T>(B * D),
                            .row_to_image = arrays.integers(in_turn(B, B / I)),
                            .alpha = arrays.out<float>(B * L),
                            .context = arrays.out<T>(B * D),
                            .z = arrays.out<T>(B * D),
                            .B = B,
                            .L = L,
                            .A = A,
                            .D = D,
                            .gate_kind = ContextGate::kVector};
                        return [p] { attention_forward(cuda(), p); };
                      });
}

template <class T>
KernelCase attention_backward_case(const AttentionSizes& n) {
  const int64_t I = n.I, B = n.B, L = n.L, A = n.A, D = n.D;
  const int64_t elements = I * L * (A + D) + B * (3 * A + 6 * D) + A;
  return make_case<T>(n.name("attention_backward"),
                      {.elements = elements, .words = 2 * B * L + B, .tanhs = 1.0 * B * L * A},
                      [=](KernelArrays& arrays) -> Call {
                        const AttentionBackward<T> p{
                            .keys = arrays.in<T>(I * L * A),
                            .values = arrays.in<T>(I * L * D),
                            .score_weight = arrays.in<T>(A),
                            .query = arrays.in<T>(B * A),
                            .gate = arrays.in<T>(B * D),
                            .row_to_image = arrays.integers(in_turn(B, B / I)),
                            .alpha = arrays.in<float>(B * L, 0, 1),
                            .context = arrays.in<T>(B * D),
                            .dz = arrays.in<T>(B * D),
                            .dalpha = nullptr,
                            .dquery = arrays.out<T>(B * A),
                            .dgate = arrays.out<T>(B * D),
                            .de = arrays.out<float>(B * L),
                            .dcontext = arrays.out<T>(B * D),
                            .B = B,
                            .L = L,
                            .A = A,
                            .D = D,
                            .gate_kind = ContextGate::kVector};
                        return [p] { attention_backward(cuda(), p); };
                      });
}

template <class T>
KernelCase attention_keys_backward_case(const AttentionSizes& n, int64_t steps) {
  const int64_t B = n.B, L = n.L, A = n.A, D = n.D;
  const int64_t N = steps * B, elements = 3 * B * L * A + N * A + 3 * A;
  // Sums of the score weight's gradient over eight regions each, written and added up.
  const int64_t sums = B * ((L + 7) / 8) * A;
  return make_case<T>(
      n.name("attention_keys_backward"),
      {.elements = elements, .words = N * L + 2 * B + 1 + 2 * sums, .tanhs = 1.0 * N * L * A},
      [=](KernelArrays& arrays) -> Call {
        std::vector<int32_t> begin = in_turn(B + 1, 1);
        const AttentionKeysBackward<T> p{.keys = arrays.in<T>(B * L * A),
                                         .score_weight = arrays.in<T>(A),
                                         .query = arrays.in<T>(N * A),
                                         .alpha = arrays.in<float>(N * L, 0, 1),
                                         .de = arrays.in<float>(N * L),
                                         .dcontext = nullptr,
                                         .offset = arrays.host_range(N, B),
                                         .image_begin = arrays.integers(begin),
                                         .image_rows = arrays.integers(in_turn(B, 1)),
                                         .dkeys = arrays.out<T>(B * L * A),
                                         .dscore_weight = arrays.out<T>(A),
                                         .dvalues = nullptr,
                                         .steps = steps,
                                         .I = B,
                                         .L = L,
                                         .A = A,
                                         .D = D};
        return [p] { attention_keys_backward(cuda(), p); };
      });
}

template <class T>
KernelCase lstm_cell_forward_case(int64_t B, int64_t H) {
  return make_case<T>(with("lstm_cell_forward", "B", B),
                      {.elements = 9 * B * H, .words = 2 * B * H, .tanhs = 5.0 * B * H},
                      [=](KernelArrays& arrays) -> Call {
                        const LstmCellForward<T> p{.a = arrays.in<T>(4 * B * H, -4, 4),
                                                   .c = arrays.in<float>(B * H),
                                                   .gates = arrays.out<T>(4 * B * H),
                                                   .c_out = arrays.out<float>(B * H),
                                                   .h_out = arrays.out<T>(B * H),
                                                   .B = B,
                                                   .H = H};
                        return [p] { lstm_cell_forward(cuda(), p); };
                      });
}

template <class T>
KernelCase lstm_cell_backward_case(int64_t B, int64_t H) {
  return make_case<T>(with("lstm_cell_backward", "B", B),
                      {.elements = 13 * B * H, .words = 5 * B * H},
                      [=](KernelArrays& arrays) -> Call {
                        const LstmCellBackward<T> p{.gates = arrays.in<T>(4 * B * H, 0, 1),
                                                    .c = arrays.in<float>(B * H),
                                                    .c_out = arrays.in<float>(B * H),
                                                    .dh_out = arrays.in<T>(B * H),
                                                    .dc_out = arrays.in<float>(B * H),
                                                    .da = arrays.out<T>(4 * B * H),
                                                    .dc = arrays.out<float>(B * H),
                                                    .B = B,
                                                    .H = H};
                        return [p] { lstm_cell_backward(cuda(), p); };
                      });
}

template <class T>
KernelCase gru_cell_forward_case(int64_t B, int64_t H) {
  return make_case<T>(with("gru_cell_forward", "B", B),
                      {.elements = 10 * B * H, .words = 2 * B * H, .tanhs = 3.0 * B * H},
                      [=](KernelArrays& arrays) -> Call {
                        const GruCellForward<T> p{.ax = arrays.in<T>(3 * B * H, -4, 4),
                                                  .ah = arrays.in<T>(3 * B * H),
                                                  .state = arrays.in<float>(B * H),
                                                  .gates = arrays.out<T>(3 * B * H),
                                                  .state_out = arrays.out<float>(B * H),
                                                  .h_out = arrays.out<T>(B * H),
                                                  .B = B,
                                                  .H = H};
                        return [p] { gru_cell_forward(cuda(), p); };
                      });
}

template <class T>
KernelCase gru_cell_backward_case(int64_t B, int64_t H) {
  return make_case<T>(with("gru_cell_backward", "B", B),
                      {.elements = 17 * B * H, .words = 4 * B * H},
                      [=](KernelArrays& arrays) -> Call {
                        const GruCellBackward<T> p{.gates = arrays.in<T>(3 * B * H, 0, 1),
                                                   .ah = arrays.in<T>(3 * B * H),
                                                   .state = arrays.in<float>(B * H),
                                                   .dh_out = arrays.in<T>(B * H),
                                                   .dstate_out = arrays.in<float>(B * H),
                                                   .dax = arrays.out<T>(3 * B * H),
                                                   .dah = arrays.out<T>(3 * B * H),
                                                   .dstate = arrays.out<float>(B * H),
                                                   .B = B,
                                                   .H = H};
                        return [p] { gru_cell_backward(cuda(), p); };
                      });
}

template <class T>
void append_cases(const Sizes& size, std::vector<KernelCase>& cases) {
  const int64_t B = size(3, 64), A = size(40, 512), D = size(72, 2048), H = size(40, 512),
                T_steps = size(3, 20), L = size(7, 49), many_L = size(13, 196);
  const AttentionSizes few = {B, B, L, A, D}, many = {B, B, many_L, A, D},
                       narrow = {B, B, many_L, A, size(40, 512)},
                       beams = {size(2, 32), size(6, 160), L, A, D};
  for (const AttentionSizes& sizes : {few, many, narrow, beams}) {
    cases.push_back(attention_forward_case<T>(sizes));
  }
  for (const AttentionSizes& sizes : {few, many, narrow}) {
    cases.push_back(attention_backward_case<T>(sizes));
    cases.push_back(attention_keys_backward_case<T>(sizes, T_steps));
  }
  for (const int64_t rows : {B, size(5, 8192)}) {
    cases.push_back(lstm_cell_forward_case<T>(rows, H));
    cases.push_back(lstm_cell_backward_case<T>(rows, H));
  }
  cases.push_back(gru_cell_forward_case<T>(size(5, 8192), H));
  cases.push_back(gru_cell_backward_case<T>(size(5, 8192), H));
}

}  // namespace

std::vector<KernelCase> loop_cases(const Sizes& size) {
  std::vector<KernelCase> cases;
  append_cases<float>(size, cases);
  append_cases<bfloat16>(size, cases);
  return cases;
}

}  // namespace storyteller
