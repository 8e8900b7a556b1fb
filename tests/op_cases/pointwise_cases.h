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
          .inputs = {{.shape = {size(5, 64), size(4099, 16384)}, .low = -8, .high = 8}},
          .run = [kind](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            return {activation(tape, x[0], kind)};
          },
          .reference = [formula](const std::vector<Array>& x) -> std::vector<Array> {
            Array y;
            for (double value : x[0]) y.push_back(formula(value));
            return {y};
          }};
}

inline std::vector<OpCase> pointwise_cases(Sizes size) {
  return {
      pointwise_case("Relu", size, Activation::kRelu, [](double x) { return x > 0 ? x : 0; }),
      pointwise_case("Relu6", size, Activation::kRelu6,
                     [](double x) { return x < 0 ? 0 : (x > 6 ? 6 : x); }),
      pointwise_case("Sigmoid", size, Activation::kSigmoid,
                     [](double x) { return 1 / (1 + std::exp(-x)); }),
      pointwise_case("Tanh", size, Activation::kTanh, [](double x) { return std::tanh(x); }),
  };
}

}  // namespace storyteller
