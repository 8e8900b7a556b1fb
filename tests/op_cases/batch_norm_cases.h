#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/ops/ops.h"
#include "tests/op_case.h"

namespace storyteller {

inline Array naive_batch_norm(const std::vector<Array>& in, size_t C, const Array& mean,
                              const Array& variance, bool relu) {
  Array y;
  for (size_t i = 0; i < in[0].size(); ++i) {
    const size_t c = i % C;
    const double xhat = (in[0][i] - mean[c]) / std::sqrt(variance[c] + 1e-5);
    y.push_back(in[1][c] * xhat + in[2][c]);
    if (relu) y.back() = std::max(y.back(), 0.0);
  }
  return y;
}

inline OpCase batch_norm_case(const std::string& name, Sizes size, BatchNormOptions options) {
  const int64_t I = size(3, 32), H = size(5, 24), W = size(7, 24), C = size(37, 64);
  const Array running_mean = random_array(1, C), running_variance = random_array(2, C, 0.5, 2);
  return {.name = "BatchNorm" + name,
          .inputs = {{.shape = {I, H, W, C}, .low = -1, .high = 3},
                     {.shape = {C}, .low = 0.5, .high = 2},
                     {.shape = {C}}},
          .run = [=](Tape& tape, const std::vector<Var>& in) -> std::vector<Var> {
            const auto statistics = [&](const Array& values) {
              return wide_beside(in[0], {C}, values);
            };
            const BatchNormState state{in[1], in[2], statistics(running_mean),
                                       statistics(running_variance)};
            return {batch_norm(tape, in[0], state, options)};
          },
          .reference = [=](const std::vector<Array>& in) -> std::vector<Array> {
            if (!options.training) {
              return {naive_batch_norm(in, C, running_mean, running_variance, options.relu)};
            }
            const auto N = static_cast<double>(I * H * W);
            Array mean(static_cast<size_t>(C)), variance(mean.size());
            for (size_t i = 0; i < in[0].size(); ++i) mean[i % C] += in[0][i] / N;
            for (size_t i = 0; i < in[0].size(); ++i) {
              variance[i % C] += std::pow(in[0][i] - mean[i % C], 2) / N;
            }
            return {naive_batch_norm(in, C, mean, variance, options.relu)};
          }};
}

inline std::vector<OpCase> batch_norm_cases(Sizes size) {
  return {batch_norm_case("Training", size, {}),
          batch_norm_case("TrainingRelu", size, {.relu = true}),
          batch_norm_case("Frozen", size, {.training = false}),
          batch_norm_case("FrozenRelu", size, {.training = false, .relu = true})};
}

}  // namespace storyteller
