// Kernels of words: their vectors, their choice, their losses.
#include <cmath>

#include "bench/cuda/kernel_case.h"
#include "kernels/coverage.h"
#include "kernels/cross_entropy.h"
#include "kernels/dropout.h"
#include "kernels/embedding.h"
#include "kernels/filter_logits.h"
#include "kernels/row_loss.h"
#include "kernels/sample_step.h"
#include "kernels/soft_cross_entropy.h"
#include "kernels/top_words.h"

namespace storyteller {
namespace {

using Call = std::function<void()>;

Cuda cuda() { return case_backend(); }

/// How many rows of a table KernelArrays::drawn_integers(N, V) names, about.
int64_t distinct_rows(int64_t N, int64_t V) {
  const double missed = std::pow(1 - 1 / static_cast<double>(V), static_cast<double>(N));
  return std::llround(static_cast<double>(V) * (1 - missed));
}

template <class T>
KernelCase cross_entropy_case(int64_t N, int64_t V) {
  return make_case<T>(with("cross_entropy", "V", V), {.elements = 2 * N * V, .words = 2 * N},
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
KernelCase soft_cross_entropy_case(int64_t N, int64_t V) {
  return make_case<T>(
      with("soft_cross_entropy", "V", V), {.elements = 2 * N * V, .words = N * V + 2 * N},
      [=](KernelArrays& arrays) -> Call {
        const SoftCrossEntropy<T> p{.logits = arrays.in<T>(N * V, -8, 8),
                                    .q = arrays.in<float>(N * V, 0, 2 / static_cast<float>(V)),
                                    .target = arrays.drawn_integers(N, V),
                                    .weight = nullptr,
                                    .loss = arrays.out<float>(N),
                                    .N = N,
                                    .V = V};
        return [p] { soft_cross_entropy(cuda(), p); };
      });
}

/// A teacher of several: what those before it say is there.
template <class T>
KernelCase add_softmax_case(int64_t N, int64_t V) {
  return make_case<T>(with("add_softmax", "V", V), {.elements = N * V, .words = 2 * N * V},
                      [=](KernelArrays& arrays) -> Call {
                        const AddSoftmax<T> p{.x = arrays.in<T>(N * V, -8, 8),
                                              .q = arrays.out<float>(N * V),
                                              .N = N,
                                              .V = V,
                                              .scale = 0.5F,
                                              .accumulate = true};
                        return [p] { add_softmax(cuda(), p); };
                      });
}

template <class T>
KernelCase embedding_forward_case(int64_t N, int64_t E, int64_t V) {
  return make_case<T>("embedding_forward",
                      {.elements = distinct_rows(N, V) * E + N * E, .words = N},
                      [=](KernelArrays& arrays) -> Call {
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
  return make_case<T>("embedding_backward",
                      {.elements = N * E + 2 * distinct_rows(N, V) * E, .words = 6 * N},
                      [=](KernelArrays& arrays) -> Call {
                        const EmbeddingBackward<T> p{.token = arrays.drawn_integers(N, V),
                                                     .dout = arrays.in<T>(N * E),
                                                     .dweight = arrays.out<T>(V * E),
                                                     .N = N,
                                                     .E = E};
                        return [p] { embedding_backward(cuda(), p); };
                      });
}

template <class T>
KernelCase top_words_case(int64_t B, int64_t V) {
  constexpr int64_t kBeam = 5;
  return make_case<T>(with("top_words", "V", V), {.elements = B * V, .words = 2 * B * kBeam},
                      [=](KernelArrays& arrays) -> Call {
                        const TopWords<T> p{.logits = arrays.in<T>(B * V, -8, 8),
                                            .barred_begin = nullptr,
                                            .barred_words = nullptr,
                                            .word = arrays.out<int32_t>(B * kBeam),
                                            .log_probability = arrays.out<float>(B * kBeam),
                                            .B = B,
                                            .V = V,
                                            .k = kBeam};
                        return [p] { top_words(cuda(), p); };
                      });
}

template <class T>
KernelCase sample_step_case(int64_t B, int64_t V) {
  return make_case<T>(with("sample_step", "V", V), {.elements = B * V, .words = 4 * B},
                      [=](KernelArrays& arrays) -> Call {
                        const SampleStep<T> p{.logits = arrays.in<T>(B * V, -8, 8),
                                              .row_key = arrays.row_keys(B),
                                              .word = arrays.out<int32_t>(B),
                                              .log_probability = arrays.out<float>(B),
                                              .B = B,
                                              .V = V};
                        return [p] { sample_step(cuda(), p); };
                      });
}

template <class T>
KernelCase filter_logits_case(int64_t B, int64_t V) {
  return make_case<T>(with("filter_logits", "V", V), {.elements = 2 * B * V, .words = B},
                      [=](KernelArrays& arrays) -> Call {
                        const FilterLogits<T> p{.logits = arrays.in<T>(B * V, -8, 8),
                                                .barred_begin = nullptr,
                                                .barred_words = nullptr,
                                                .kept_log_probability = arrays.out<float>(B),
                                                .B = B,
                                                .V = V,
                                                .top_p = 0.9F};
                        return [p] { filter_logits(cuda(), p); };
                      });
}

template <class T>
KernelCase dropout_case(int64_t N, int64_t W) {
  return make_case<T>("dropout", {.elements = 2 * N * W, .words = 2 * N},
                      [=](KernelArrays& arrays) -> Call {
                        const Dropout<T> p{.x = arrays.in<T>(N * W),
                                           .row_key = arrays.row_keys(N),
                                           .y = arrays.out<T>(N * W),
                                           .N = N,
                                           .W = W,
                                           .key = 1,
                                           .rate = 0.5F};
                        return [p] { dropout(cuda(), p); };
                      });
}

template <class T>
KernelCase coverage_forward_case(int64_t steps, int64_t B, int64_t L) {
  const int64_t N = steps * B;
  return make_case<T>("coverage_forward", {.words = N * L + B * L + 1},
                      [=](KernelArrays& arrays) -> Call {
                        const CoverageForward<T> p{.alpha = arrays.in<float>(N * L, 0, 1),
                                                   .offset = arrays.host_range(N, B),
                                                   .missing = arrays.out<float>(B * L),
                                                   .loss = arrays.out<float>(1),
                                                   .steps = steps,
                                                   .B = B,
                                                   .L = L,
                                                   .weight = 1};
                        return [p] { coverage_forward(cuda(), p); };
                      });
}

template <class T>
KernelCase coverage_backward_case(int64_t steps, int64_t B, int64_t L) {
  const int64_t N = steps * B;
  return make_case<T>("coverage_backward", {.words = 2 * N * L + B * L + 1},
                      [=](KernelArrays& arrays) -> Call {
                        const CoverageBackward<T> p{.missing = arrays.in<float>(B * L),
                                                    .offset = arrays.host_range(N, B),
                                                    .dloss = arrays.in<float>(1),
                                                    .dalpha = arrays.out<float>(N * L),
                                                    .steps = steps,
                                                    .B = B,
                                                    .L = L,
                                                    .weight = 1};
                        return [p] { coverage_backward(cuda(), p); };
                      });
}

template <class T>
KernelCase row_loss_mean_case(int64_t N) {
  return make_case<T>("row_loss_mean", {.words = N + 1}, [=](KernelArrays& arrays) -> Call {
    const RowLossMean<T> p{.loss = arrays.in<float>(N),
                           .mean = arrays.out<float>(1),
                           .N = N,
                           .normaliser = static_cast<double>(N)};
    return [p] { row_loss_mean(cuda(), p); };
  });
}

template <class T>
KernelCase row_loss_scale_case(int64_t n) {
  return make_case<T>(
      "row_loss_scale", {.elements = 2 * n, .words = 1}, [=](KernelArrays& arrays) -> Call {
        const RowLossScale<T> p{
            .dmean = arrays.in<float>(1, 0.25F, 0.5F), .x = arrays.in<T>(n), .n = n};
        return [p] { row_loss_scale(cuda(), p); };
      });
}

template <class T>
void append_cases(const Sizes& size, std::vector<KernelCase>& cases) {
  const int64_t B = size(3, 64), steps = size(3, 20), N = B * steps, E = size(40, 512),
                L = size(7, 49), beams = size(6, 320);
  for (const int64_t V : {size(104, 10000), size(105, 2545)}) {
    cases.push_back(cross_entropy_case<T>(N, V));
    cases.push_back(soft_cross_entropy_case<T>(N, V));
    cases.push_back(add_softmax_case<T>(N, V));
    cases.push_back(top_words_case<T>(beams, V));
    cases.push_back(sample_step_case<T>(B, V));
    cases.push_back(filter_logits_case<T>(B, V));
  }
  cases.push_back(embedding_forward_case<T>(N, E, size(104, 10000)));
  cases.push_back(embedding_backward_case<T>(N, E, size(104, 10000)));
  cases.push_back(dropout_case<T>(size(9, 65536), E));
  cases.push_back(coverage_forward_case<T>(steps, B, L));
  cases.push_back(coverage_backward_case<T>(steps, B, L));
  cases.push_back(row_loss_mean_case<T>(size(901, 1280)));
  cases.push_back(row_loss_scale_case<T>(size(1003, 1 << 25)));
}

}  // namespace

std::vector<KernelCase> word_cases(const Sizes& size) {
  std::vector<KernelCase> cases;
  append_cases<float>(size, cases);
  append_cases<bfloat16>(size, cases);
  return cases;
}

}  // namespace storyteller
