// The kernels that only some kinds of decoders have.
#include "bench/cuda/kernel_case.h"
#include "kernels/add_rows.h"
#include "kernels/attention.h"
#include "kernels/lstm_cell.h"
#include "kernels/region_reward.h"
#include "kernels/visual_sentinel.h"

namespace storyteller {
namespace {

using Call = std::function<void()>;

Cuda cuda() { return case_backend(); }

std::vector<int32_t> one_picture_a_row(int64_t B) {
  std::vector<int32_t> rows;
  for (int64_t b = 0; b < B; ++b) rows.push_back(static_cast<int32_t>(b));
  return rows;
}

/// Hard attention reads all values, as soft attention does, though those of the region drawn are
/// enough: a share of the steps only draws.
template <class T>
KernelCase attention_drawn_case(int64_t B, int64_t L, int64_t A, int64_t D) {
  return make_case<T>(with("attention_drawn", "L", L),
                      {.elements = B * L * (A + D) + B * (A + D) + A,
                       .words = 2 * B * L + 4 * B,
                       .tanhs = 1.0 * B * L * A},
                      [=](KernelArrays& arrays) -> Call {
                        T* z = arrays.out<T>(B * D);
                        const AttentionForward<T> p{
                            .keys = arrays.in<T>(B * L * A),
                            .values = arrays.in<T>(B * L * D),
                            .score_weight = arrays.in<T>(A),
                            .query = arrays.in<T>(B * A),
                            .gate = nullptr,
                            .row_to_image = arrays.integers(one_picture_a_row(B)),
                            .alpha = arrays.out<float>(B * L),
                            .context = z,
                            .z = z,
                            .B = B,
                            .L = L,
                            .A = A,
                            .D = D,
                            .log_sum = arrays.out<float>(B),
                            .drawn = arrays.out<float>(B * L),
                            .at_random = true,
                            .key = 1,
                            .row_key = arrays.row_keys(B)};
                        return [p] { attention_forward(cuda(), p); };
                      });
}

/// A form with a fifth gate, and the sentinel where it has one.
template <class T>
KernelCase lstm_form_forward_case(LstmForm form, int64_t B, int64_t H) {
  const bool sentinel = form == LstmForm::kSentinel;
  return make_case<T>(sentinel ? "lstm_sentinel_forward" : "lstm_max_out_forward",
                      {.elements = (sentinel ? 12 : 11) * B * H,
                       .words = 2 * B * H,
                       .tanhs = (sentinel ? 6.0 : 4.0) * B * H},
                      [=](KernelArrays& arrays) -> Call {
                        const LstmCellForward<T> p{
                            .a = arrays.in<T>(5 * B * H, -4, 4),
                            .c = arrays.in<float>(B * H),
                            .gates = arrays.out<T>(5 * B * H),
                            .c_out = arrays.out<float>(B * H),
                            .h_out = arrays.out<T>(B * H),
                            .B = B,
                            .H = H,
                            .form = form,
                            .sentinel_out = sentinel ? arrays.out<T>(B * H) : nullptr};
                        return [p] { lstm_cell_forward(cuda(), p); };
                      });
}

template <class T>
KernelCase lstm_form_backward_case(LstmForm form, int64_t B, int64_t H) {
  const bool sentinel = form == LstmForm::kSentinel;
  return make_case<T>(sentinel ? "lstm_sentinel_backward" : "lstm_max_out_backward",
                      {.elements = (sentinel ? 17 : 16) * B * H, .words = 5 * B * H},
                      [=](KernelArrays& arrays) -> Call {
                        const LstmCellBackward<T> p{
                            .gates = arrays.in<T>(5 * B * H, 0, 1),
                            .c = arrays.in<float>(B * H),
                            .c_out = arrays.in<float>(B * H),
                            .dh_out = arrays.in<T>(B * H),
                            .dc_out = arrays.in<float>(B * H),
                            .da = arrays.out<T>(5 * B * H),
                            .dc = arrays.out<float>(B * H),
                            .B = B,
                            .H = H,
                            .form = form,
                            .dsentinel_out = sentinel ? arrays.in<T>(B * H) : nullptr};
                        return [p] { lstm_cell_backward(cuda(), p); };
                      });
}

/// Rows added to a third of longer ones.
template <class T>
KernelCase add_rows_case(int64_t B, int64_t W) {
  return make_case<T>(with("add_rows", "B", B), {.elements = 3 * B * W},
                      [=](KernelArrays& arrays) -> Call {
                        const AddRows<T> p{.x = arrays.in<T>(B * W),
                                           .y = arrays.out<T>(3 * B * W) + W,
                                           .B = B,
                                           .W = W,
                                           .x_stride = W,
                                           .y_stride = 3 * W};
                        return [p] { add_rows(cuda(), p); };
                      });
}

template <class T>
KernelCase visual_sentinel_forward_case(int64_t B, int64_t L, int64_t A, int64_t D) {
  return make_case<T>(
      "visual_sentinel_forward",
      {.elements = B * (2 * A + 3 * D) + A, .words = 2 * B * L + 2 * B, .tanhs = 1.0 * B * A},
      [=](KernelArrays& arrays) -> Call {
        const VisualSentinelForward<T> p{.key = arrays.in<T>(B * A),
                                         .query = arrays.in<T>(B * A),
                                         .score_weight = arrays.in<T>(A),
                                         .log_sum = arrays.in<float>(B),
                                         .sentinel = arrays.in<T>(B * D),
                                         .context = arrays.in<T>(B * D),
                                         .alpha = arrays.in<float>(B * L, 0, 1),
                                         .share = arrays.out<float>(B),
                                         .weights = arrays.out<float>(B * L),
                                         .z = arrays.out<T>(B * D),
                                         .B = B,
                                         .L = L,
                                         .A = A,
                                         .D = D};
        return [p] { visual_sentinel_forward(cuda(), p); };
      });
}

template <class T>
KernelCase visual_sentinel_backward_case(int64_t B, int64_t L, int64_t A, int64_t D) {
  return make_case<T>(
      "visual_sentinel_backward",
      {.elements = 7 * B * (A + D) + A, .words = 4 * B * L + 3 * B, .tanhs = 1.0 * B * A},
      [=](KernelArrays& arrays) -> Call {
        const VisualSentinelBackward<T> p{.key = arrays.in<T>(B * A),
                                          .query = arrays.in<T>(B * A),
                                          .score_weight = arrays.in<T>(A),
                                          .sentinel = arrays.in<T>(B * D),
                                          .context = arrays.in<T>(B * D),
                                          .alpha = arrays.in<float>(B * L, 0, 1),
                                          .share = arrays.in<float>(B, 0, 1),
                                          .dz = arrays.in<T>(B * D),
                                          .dweights = arrays.in<float>(B * L),
                                          .dkey = arrays.out<T>(B * A),
                                          .dquery = arrays.out<T>(B * A),
                                          .dscore_weight = arrays.out<T>(B * A),
                                          .dlog_sum = arrays.out<float>(B),
                                          .dsentinel = arrays.out<T>(B * D),
                                          .dcontext = arrays.out<T>(B * D),
                                          .dalpha = arrays.out<float>(B * L),
                                          .B = B,
                                          .L = L,
                                          .A = A,
                                          .D = D};
        return [p] { visual_sentinel_backward(cuda(), p); };
      });
}

template <class T>
KernelCase region_reward_forward_case(int64_t steps, int64_t B, int64_t L) {
  const int64_t N = steps * B;
  return make_case<T>(
      "region_reward_forward", {.words = 2 * N * L + 2 * N + B + 2 * RegionRewardState::kSize + 1},
      [=](KernelArrays& arrays) -> Call {
        const RegionRewardForward<T> p{.loss = arrays.in<float>(N, 0, 8),
                                       .target = arrays.drawn_integers(N, 100),
                                       .alpha = arrays.in<float>(N * L, 0, 1),
                                       .drawn = arrays.in<float>(N * L, 0, 1),
                                       .offset = arrays.host_range(N, B),
                                       .state = arrays.out<float>(RegionRewardState::kSize),
                                       .advantage = arrays.out<float>(B),
                                       .value = arrays.out<float>(1),
                                       .steps = steps,
                                       .B = B,
                                       .L = L,
                                       .step = 0,
                                       .reward_weight = 1,
                                       .entropy_weight = 0.002F,
                                       .normaliser = static_cast<double>(N)};
        return [p] { region_reward_forward(cuda(), p); };
      });
}

template <class T>
KernelCase region_reward_backward_case(int64_t steps, int64_t B, int64_t L) {
  const int64_t N = steps * B;
  return make_case<T>("region_reward_backward", {.words = 4 * N * L + N + B + 1},
                      [=](KernelArrays& arrays) -> Call {
                        const RegionRewardBackward<T> p{.target = arrays.drawn_integers(N, 100),
                                                        .alpha = arrays.in<float>(N * L, 0, 1),
                                                        .drawn = arrays.in<float>(N * L, 0, 1),
                                                        .offset = arrays.host_range(N, B),
                                                        .advantage = arrays.in<float>(B),
                                                        .dvalue = arrays.in<float>(1),
                                                        .dalpha = arrays.out<float>(N * L),
                                                        .steps = steps,
                                                        .B = B,
                                                        .L = L,
                                                        .reward_weight = 1,
                                                        .entropy_weight = 0.002F,
                                                        .normaliser = static_cast<double>(N)};
                        return [p] { region_reward_backward(cuda(), p); };
                      });
}

template <class T>
void append_cases(const Sizes& size, std::vector<KernelCase>& cases) {
  const int64_t B = size(3, 64), rows = size(5, 8192), A = size(40, 512), D = size(72, 2048),
                H = size(40, 512), L = size(7, 49), steps = size(3, 20);
  cases.push_back(attention_drawn_case<T>(B, L, A, D));
  for (const LstmForm form : {LstmForm::kMaxOut, LstmForm::kSentinel}) {
    cases.push_back(lstm_form_forward_case<T>(form, rows, H));
    cases.push_back(lstm_form_backward_case<T>(form, rows, H));
  }
  for (const int64_t n : {B, rows}) cases.push_back(add_rows_case<T>(n, H));
  cases.push_back(visual_sentinel_forward_case<T>(B, L, A, H));
  cases.push_back(visual_sentinel_backward_case<T>(B, L, A, H));
  cases.push_back(region_reward_forward_case<T>(steps, B, 49));
  cases.push_back(region_reward_backward_case<T>(steps, B, 49));
}

}  // namespace

std::vector<KernelCase> decoder_kind_cases(const Sizes& size) {
  std::vector<KernelCase> cases;
  append_cases<float>(size, cases);
  append_cases<bfloat16>(size, cases);
  return cases;
}

}  // namespace storyteller
