#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/ops/ops.h"
#include "tests/op_case.h"

namespace storyteller {

inline OpCase pointwise_case(const std::string& name, Sizes size, Activation kind,
                             double (*formula)(double)) {
  return {.name = name,
          .inputs = {{.shape = {size(5, 64), size(3301, 16384)}, .low = -8, .high = 8}},
          .run = [kind](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            return {activation(tape, x[0], kind)};
          },
          .reference = [formula](const std::vector<Array>& x) -> std::vector<Array> {
            Array y;
            for (double value : x[0]) y.push_back(formula(value));
            return {y};
          }};
}

inline OpCase arithmetic_case(const std::string& name, Sizes size,
                              Var (*op)(Tape&, const Var&, const Var&),
                              double (*formula)(double, double)) {
  const Shape shape = {size(5, 64), size(3301, 16384)};
  return {.name = name,
          .inputs = {{.shape = shape}, {.shape = shape}},
          .run = [op](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            return {op(tape, x[0], x[1])};
          },
          .reference = [formula](const std::vector<Array>& x) -> std::vector<Array> {
            Array y;
            for (size_t i = 0; i < x[0].size(); ++i) y.push_back(formula(x[0][i], x[1][i]));
            return {y};
          }};
}

inline OpCase scale_case(Sizes size) {
  return {.name = "Scale",
          .inputs = {{.shape = {size(5, 64), size(3301, 16384)}}},
          .run = [](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            return {scale(tape, x[0], 0.25)};
          },
          .reference = [](const std::vector<Array>& x) -> std::vector<Array> {
            Array y;
            for (double value : x[0]) y.push_back(0.25 * value);
            return {y};
          }};
}

inline OpCase region_mean_case(Sizes size) {
  const int64_t I = size(3, 32), L = size(7, 49), D = size(37, 1280);
  return {.name = "RegionMean",
          .inputs = {{.shape = {I, L, D}}},
          .run = [](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            return {region_mean(tape, x[0])};
          },
          .reference = [=](const std::vector<Array>& x) -> std::vector<Array> {
            Array mean(static_cast<size_t>(I * D));
            for (int64_t i = 0; i < I * L * D; ++i) {
              mean[i / (L * D) * D + i % D] += x[0][i] / static_cast<double>(L);
            }
            return {mean};
          }};
}

inline OpCase reshape_case(Sizes size) {
  const int64_t I = size(3, 32), H = size(5, 12), D = size(7, 128);
  return {.name = "Reshape",
          .inputs = {{.shape = {I, H, H, D}}},
          .run = [=](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            return {reshape(tape, x[0], {I, H * H, D})};
          },
          .reference = [](const std::vector<Array>& x) -> std::vector<Array> { return {x[0]}; }};
}

inline std::vector<OpCase> pointwise_cases(Sizes size) {
  return {
      scale_case(size),
      region_mean_case(size),
      reshape_case(size),
      arithmetic_case("Add", size, add, [](double a, double b) { return a + b; }),
      arithmetic_case("Multiply", size, multiply, [](double a, double b) { return a * b; }),
      pointwise_case("Relu", size, Activation::kRelu, [](double x) { return x > 0 ? x : 0; }),
      pointwise_case("Relu6", size, Activation::kRelu6,
                     [](double x) { return x < 0 ? 0 : (x > 6 ? 6 : x); }),
      pointwise_case("Sigmoid", size, Activation::kSigmoid,
                     [](double x) { return 1 / (1 + std::exp(-x)); }),
      pointwise_case("Tanh", size, Activation::kTanh, [](double x) { return std::tanh(x); }),
  };
}

}  // namespace storyteller
