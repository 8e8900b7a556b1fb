#include <algorithm>
#include <numeric>

#include "bench/cuda/kernel_case.h"
#include "kernels/activation.h"
#include "kernels/arithmetic.h"
#include "kernels/attention.h"
#include "kernels/batch_norm.h"
#include "kernels/cross_entropy.h"
#include "kernels/cuda/context.h"
#include "kernels/embedding.h"
#include "kernels/gru_cell.h"
#include "kernels/lstm_cell.h"
#include "kernels/optimizer.h"

namespace storyteller {
namespace {

using Call = std::function<void()>;

Cuda cuda() { return Device::cuda().cuda_backend(); }

/// A case for the storage type T; `elements` of T and `words` of four bytes are moved.
template <class T>
KernelCase make_case(const std::string& name, int64_t elements, int64_t words, double h200_floor_us,
                     std::function<Call(KernelArrays&)> prepare) {
  const double bytes = static_cast<double>(elements) * sizeof(T) + 4.0 * static_cast<double>(words);
  return {name, dtype_of<T>(), bytes, std::is_same_v<T, bfloat16> ? h200_floor_us : 0,
          std::move(prepare)};
}

std::string with(const std::string& name, const std::string& letter, int64_t size) {
  return name + " " + letter + std::to_string(size);
}

struct AttentionSizes {
  int64_t B, L, A, D;
};

std::vector<int32_t> one_to_one(int64_t B) {
  std::vector<int32_t> rows(static_cast<size_t>(B));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

template <class T>
KernelCase attention_forward_case(const AttentionSizes& n, double floor) {
  const int64_t B = n.B, L = n.L, A = n.A, D = n.D;
  const int64_t elements = B * L * (A + D) + B * (A + 3 * D) + A;
  return make_case<T>(with("attention_forward", "L", L), elements, B * L, floor,
                      [=](KernelArrays& arrays) -> Call {
                        const AttentionForward<T> p{.keys = arrays.in<T>(B * L * A),
                                                    .values = arrays.in<T>(B * L * D),
                                                    .score_weight = arrays.in<T>(A),
                                                    .query = arrays.in<T>(B * A),
                                                    .gate = arrays.in<T>(B * D),
                                                    .row_to_image = arrays.integers(one_to_one(B)),
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
  const int64_t B = n.B, L = n.L, A = n.A, D = n.D;
  const int64_t elements = B * L * (A + D) + B * (3 * A + 6 * D) + A;
  return make_case<T>(with("attention_backward", "L", L), elements, 2 * B * L, 0,
                      [=](KernelArrays& arrays) -> Call {
                        const AttentionBackward<T> p{.keys = arrays.in<T>(B * L * A),
                                                     .values = arrays.in<T>(B * L * D),
                                                     .score_weight = arrays.in<T>(A),
                                                     .query = arrays.in<T>(B * A),
                                                     .gate = arrays.in<T>(B * D),
                                                     .row_to_image = arrays.integers(one_to_one(B)),
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
KernelCase attention_keys_backward_case(const AttentionSizes& n, int64_t steps, double floor) {
  const int64_t B = n.B, L = n.L, A = n.A, D = n.D;
  const int64_t N = steps * B, elements = 3 * B * L * A + N * A + 3 * A;
  return make_case<T>(with("attention_keys_backward", "L", L), elements, N * L, floor,
                      [=](KernelArrays& arrays) -> Call {
                        std::vector<int32_t> begin = one_to_one(B + 1);
                        const AttentionKeysBackward<T> p{
                            .keys = arrays.in<T>(B * L * A),
                            .score_weight = arrays.in<T>(A),
                            .query = arrays.in<T>(N * A),
                            .alpha = arrays.in<float>(N * L, 0, 1),
                            .de = arrays.in<float>(N * L),
                            .dcontext = nullptr,
                            .offset = arrays.host_range(N, B),
                            .image_begin = arrays.integers(begin),
                            .image_rows = arrays.integers(one_to_one(B)),
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
KernelCase lstm_cell_forward_case(int64_t B, int64_t H, double floor) {
  return make_case<T>(with("lstm_cell_forward", "B", B), 9 * B * H, 2 * B * H, floor,
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
  return make_case<T>(with("lstm_cell_backward", "B", B), 13 * B * H, 5 * B * H, 0,
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
  return make_case<T>(with("gru_cell_forward", "B", B), 10 * B * H, 2 * B * H, 0,
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
  return make_case<T>(with("gru_cell_backward", "B", B), 17 * B * H, 4 * B * H, 0,
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
KernelCase cross_entropy_case(int64_t N, int64_t V, double floor) {
  return make_case<T>(with("cross_entropy", "V", V), 2 * N * V, 2 * N, floor,
                      [=](KernelArrays& arrays) -> Call {
                        const CrossEntropy<T> p{.logits = arrays.in<T>(N * V, -8, 8),
                                                .target = arrays.drawn_integers(N, V),
                                                .weight = nullptr,
                                                .loss = arrays.out<float>(N),
                                                .N = N,
                                                .V = V};
                        return [p] { cross_entropy(cuda(), p); };
                      });
}

template <class T>
KernelCase adam_step_case(int64_t n, double floor) {
  constexpr bool kShadow = std::is_same_v<T, bfloat16>;
  return make_case<T>("adam_step", kShadow ? 2 * n : n, 6 * n, floor,
                      [=](KernelArrays& arrays) -> Call {
                        const AdamStep<T> p{.x = arrays.in<float>(n),
                                            .shadow = kShadow ? arrays.out<T>(n) : nullptr,
                                            .dx = arrays.in<T>(n),
                                            .m = arrays.out<float>(n),
                                            .v = arrays.out<float>(n),
                                            .n = n,
                                            .step = 1,
                                            .rate = 1e-4};
                        return [p] { adam_step(cuda(), p); };
                      });
}

template <class T>
KernelCase sum_of_squares_case(int64_t n) {
  return make_case<T>("sum_of_squares", n, 0, 0, [=](KernelArrays& arrays) -> Call {
    const SumOfSquares<T> p{.x = arrays.in<T>(n),
                            .partial = arrays.out<double>(sum_of_squares_blocks(n)),
                            .sum = arrays.out<double>(1),
                            .n = n};
    return [p] { sum_of_squares(cuda(), p); };
  });
}

template <class T>
KernelCase embedding_forward_case(int64_t N, int64_t E, int64_t V) {
  return make_case<T>("embedding_forward", 2 * N * E, N, 0, [=](KernelArrays& arrays) -> Call {
    const EmbeddingForward<T> p{.weight = arrays.in<T>(V * E),
                                .token = arrays.drawn_integers(N, V),
                                .out = arrays.out<T>(N * E),
                                .N = N,
                                .E = E};
    return [p] { embedding_forward(cuda(), p); };
  });
}

template <class T>
KernelCase embedding_backward_case(int64_t N, int64_t E, int64_t V) {
  return make_case<T>("embedding_backward", 3 * N * E, N, 0, [=](KernelArrays& arrays) -> Call {
    const EmbeddingBackward<T> p{.token = arrays.drawn_integers(N, V),
                                 .dout = arrays.in<T>(N * E),
                                 .dweight = arrays.out<T>(V * E),
                                 .N = N,
                                 .E = E};
    return [p] { embedding_backward(cuda(), p); };
  });
}

template <class T>
KernelCase add_case(int64_t n) {
  return make_case<T>("add", 3 * n, 0, 0, [=](KernelArrays& arrays) -> Call {
    const Add<T> p{.a = arrays.in<T>(n), .b = arrays.in<T>(n), .out = arrays.out<T>(n), .n = n};
    return [p] { add(cuda(), p); };
  });
}

template <class T>
KernelCase activation_forward_case(int64_t n) {
  return make_case<T>("activation_forward tanh", 2 * n, 0, 0, [=](KernelArrays& arrays) -> Call {
    const ActivationForward<T> p{.x = arrays.in<T>(n, -4, 4),
                                 .y = arrays.out<T>(n),
                                 .n = n,
                                 .activation = Activation::kTanh};
    return [p] { activation_forward(cuda(), p); };
  });
}

template <class T>
KernelCase batch_norm_forward_case(int64_t N, int64_t C) {
  return make_case<T>("batch_norm_forward", 3 * N * C, 6 * C, 0, [=](KernelArrays& arrays) -> Call {
    const BatchNormForward<T> p{.x = arrays.in<T>(N * C),
                                .gamma = arrays.in<T>(C),
                                .beta = arrays.in<T>(C),
                                .y = arrays.out<T>(N * C),
                                .mean = arrays.out<float>(C),
                                .inv_std = arrays.out<float>(C),
                                .running_mean = arrays.out<float>(C),
                                .running_variance = arrays.out<float>(C),
                                .N = N,
                                .C = C,
                                .training = true,
                                .relu = true};
    return [p] { batch_norm_forward(cuda(), p); };
  });
}

template <class T>
KernelCase batch_norm_backward_case(int64_t N, int64_t C) {
  return make_case<T>("batch_norm_backward", 7 * N * C, 2 * C, 0,
                      [=](KernelArrays& arrays) -> Call {
                        const BatchNormBackward<T> p{.x = arrays.in<T>(N * C),
                                                     .y = arrays.in<T>(N * C),
                                                     .gamma = arrays.in<T>(C),
                                                     .mean = arrays.in<float>(C),
                                                     .inv_std = arrays.in<float>(C, 1, 2),
                                                     .dy = arrays.in<T>(N * C),
                                                     .dx = arrays.out<T>(N * C),
                                                     .dgamma = arrays.out<T>(C),
                                                     .dbeta = arrays.out<T>(C),
                                                     .N = N,
                                                     .C = C,
                                                     .training = true,
                                                     .relu = true,
                                                     .accumulate_dx = false};
                        return [p] { batch_norm_backward(cuda(), p); };
                      });
}

template <class T>
void append_cases(const Sizes& size, int64_t most, std::vector<KernelCase>& cases) {
  const auto flat = [&](int64_t odd, int64_t real) { return std::min(size(odd, real), most); };
  const int64_t B = size(3, 64), A = size(40, 512), D = size(72, 2048), H = size(40, 512),
                T_steps = size(3, 20), V = size(104, 10000), N = T_steps * B;
  const AttentionSizes few = {B, size(7, 49), A, D}, many = {B, size(13, 196), A, D};
  cases.push_back(attention_forward_case<T>(few, 2.7));
  cases.push_back(attention_forward_case<T>(many, 15));
  cases.push_back(attention_backward_case<T>(few));
  cases.push_back(attention_backward_case<T>(many));
  cases.push_back(attention_keys_backward_case<T>(few, T_steps, 7.7));
  cases.push_back(attention_keys_backward_case<T>(many, T_steps, 31));
  cases.push_back(lstm_cell_forward_case<T>(B, H, 0.4));
  cases.push_back(lstm_cell_forward_case<T>(size(5, 8192), H, 0));
  cases.push_back(lstm_cell_backward_case<T>(size(5, 8192), H));
  cases.push_back(gru_cell_forward_case<T>(size(5, 8192), H));
  cases.push_back(gru_cell_backward_case<T>(size(5, 8192), H));
  cases.push_back(cross_entropy_case<T>(N, V, 12));
  cases.push_back(adam_step_case<T>(flat(1003, 30'000'000), 209));
  cases.push_back(sum_of_squares_case<T>(flat(20003, 30'000'000)));
  cases.push_back(embedding_forward_case<T>(N, H, V));
  cases.push_back(embedding_backward_case<T>(N, H, V));
  cases.push_back(add_case<T>(flat(1003, 1 << 25)));
  cases.push_back(activation_forward_case<T>(flat(1003, 1 << 25)));
  // ResNet-50's first stage at 64 pictures.
  cases.push_back(batch_norm_forward_case<T>(size(45, 64 * 56 * 56), size(24, 64)));
  cases.push_back(batch_norm_backward_case<T>(size(45, 64 * 56 * 56), size(24, 64)));
}

}  // namespace

std::vector<KernelCase> kernel_cases(const Sizes& size, int64_t most) {
  std::vector<KernelCase> cases;
  append_cases<float>(size, most, cases);
  append_cases<bfloat16>(size, most, cases);
  return cases;
}

}  // namespace storyteller
