#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/ops/ops.h"
#include "tests/op_case.h"

namespace storyteller {

struct CrossEntropySetting {
  bool masked = false;    ///< every third row
  bool weighted = false;  ///< token weights of both signs, as an advantage has
  double smoothing = 0;
  double normaliser = 0;
};

inline OpCase cross_entropy_case(const std::string& name, Sizes size, CrossEntropySetting s) {
  const int64_t N = size(11, 704), V = size(37, 2997);
  const Array weights = random_array(77, N, -0.5, 1.5), draws = random_array(78, N, 0, 1);
  std::vector<int32_t> target;
  for (int64_t n = 0; n < N; ++n) {
    target.push_back(
        s.masked && n % 3 == 1 ? -1 : static_cast<int32_t>(draws[n] * static_cast<double>(V)));
  }
  return {.name = name,
          .inputs = {{.shape = {N, V}, .low = -6, .high = 6}},
          .run = [=](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            Tensor weight;
            if (s.weighted) {
              weight = wide_beside(x[0], {N}, weights);
            }
            return {cross_entropy(tape, x[0], Tensor::from({N}, target, x[0].value().device()),
                                  weight, s.smoothing, s.normaliser)};
          },
          .reference = [=](const std::vector<Array>& x) -> std::vector<Array> {
            double sum = 0;
            for (int64_t n = 0; n < N; ++n) {
              if (target[n] < 0) continue;
              const double* logit = x[0].data() + n * V;
              double total = 0, loss = 0;
              for (int64_t v = 0; v < V; ++v) total += std::exp(logit[v]);
              for (int64_t v = 0; v < V; ++v) {
                const double wanted =
                    (v == target[n] ? 1 - s.smoothing : 0) + s.smoothing / static_cast<double>(V);
                loss -= wanted * std::log(std::exp(logit[v]) / total);
              }
              sum += loss * (s.weighted ? weights[n] : 1);
            }
            return {{sum / (s.normaliser == 0 ? static_cast<double>(N) : s.normaliser)}};
          }};
}

/// Two teachers that count differently, added up; their logits are exact in bfloat16.
struct TwoTeachers {
  TwoTeachers(int64_t N, int64_t V) : N(N), V(V), first(logits(81)), second(logits(82)) {}

  Tensor distribution(const Var& beside) const {
    Tensor sum;
    for (const auto& [logit, share] : {std::pair(&first, 0.75), std::pair(&second, 0.25)}) {
      add_softmax(tensor_of({N, V}, *logit, beside.value().dtype(), beside.value().device()), share,
                  0, &sum);
    }
    return sum;
  }
  double wanted(int64_t n, int64_t v) const {
    const auto softmax = [&](const Array& logit) {
      double total = 0;
      for (int64_t u = 0; u < V; ++u) total += std::exp(logit[n * V + u]);
      return std::exp(logit[n * V + v]) / total;
    };
    return 0.75 * softmax(first) + 0.25 * softmax(second);
  }

  int64_t N, V;
  Array first, second;

 private:
  Array logits(uint64_t key) const {
    Array values = random_array(key, N * V, -4, 4);
    for (double& value : values) value = std::round(16 * value) / 16;
    return values;
  }
};

inline OpCase soft_cross_entropy_case(const std::string& name, Sizes size, CrossEntropySetting s) {
  const int64_t N = size(11, 704), V = size(37, 2997);
  const TwoTeachers teachers(N, V);
  const Array weights = random_array(83, N, -0.5, 1.5);
  std::vector<int32_t> target;
  for (int64_t n = 0; n < N; ++n) target.push_back(n % 3 == 1 ? -1 : static_cast<int32_t>(n % V));
  return {.name = name,
          .inputs = {{.shape = {N, V}, .low = -6, .high = 6}},
          .run = [=](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            const Device device = x[0].value().device();
            return {soft_cross_entropy(tape, x[0], teachers.distribution(x[0]),
                                       s.masked ? Tensor::from({N}, target, device) : Tensor(),
                                       s.weighted ? wide_beside(x[0], {N}, weights) : Tensor(),
                                       s.normaliser)};
          },
          .reference = [=](const std::vector<Array>& x) -> std::vector<Array> {
            double sum = 0;
            for (int64_t n = 0; n < N; ++n) {
              if (s.masked && target[n] < 0) continue;
              const double* logit = x[0].data() + n * V;
              double total = 0, loss = 0;
              for (int64_t v = 0; v < V; ++v) total += std::exp(logit[v]);
              for (int64_t v = 0; v < V; ++v) {
                loss -= teachers.wanted(n, v) * std::log(std::exp(logit[v]) / total);
              }
              sum += loss * (s.weighted ? weights[n] : 1);
            }
            return {{sum / (s.normaliser == 0 ? static_cast<double>(N) : s.normaliser)}};
          }};
}

inline OpCase word_presence_case(Sizes size) {
  const int64_t I = size(3, 32), L = size(5, 144), V = size(7, 72);
  const Array draws = random_array(79, I * V, 0, 1);
  Array present;
  for (double draw : draws) present.push_back(draw < 0.3 ? 1 : 0);
  const Array weight = random_array(80, V, 0, 2);
  constexpr double kSharpness = 1.5;
  return {.name = "WordPresence",
          .inputs = {{.shape = {I, L, V}, .low = -4, .high = 4}},
          .run = [=](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            return {word_presence_loss(tape, x[0], wide_beside(x[0], {I, V}, present),
                                       wide_beside(x[0], {V}, weight), kSharpness)};
          },
          .reference = [=](const std::vector<Array>& x) -> std::vector<Array> {
            double sum = 0;
            for (int64_t i = 0; i < I; ++i) {
              for (int64_t v = 0; v < V; ++v) {
                double exponentials = 0;
                for (int64_t l = 0; l < L; ++l) {
                  exponentials += std::exp(kSharpness * x[0][(i * L + l) * V + v]);
                }
                const double s = std::log(exponentials / static_cast<double>(L)) / kSharpness;
                const double p = 1 / (1 + std::exp(-s));
                sum -= weight[v] * (present[i * V + v] == 1 ? std::log(p) : std::log(1 - p));
              }
            }
            return {{sum / static_cast<double>(I * V)}};
          }};
}

inline std::vector<OpCase> loss_cases(Sizes size) {
  return {word_presence_case(size),
          cross_entropy_case("CrossEntropy", size, {}),
          cross_entropy_case("CrossEntropyMasked", size, {.masked = true, .normaliser = 7}),
          cross_entropy_case("CrossEntropySmoothed", size, {.smoothing = 0.1}),
          cross_entropy_case("CrossEntropyWeighted", size, {.weighted = true}),
          cross_entropy_case("CrossEntropyAll", size,
                             {.masked = true, .weighted = true, .smoothing = 0.2, .normaliser = 5}),
          soft_cross_entropy_case("SoftCrossEntropy", size, {}),
          soft_cross_entropy_case("SoftCrossEntropyAll", size,
                                  {.masked = true, .weighted = true, .normaliser = 5})};
}

}  // namespace storyteller
