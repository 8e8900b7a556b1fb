#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/op_case.h"

namespace storyteller {

/// What an op is run with: its storage type, and where.
struct OpStorage {
  DType dtype = DType::kFloat32;
  Device device = Device::cpu();
};

struct OpResult {
  std::vector<Array> outputs;
  std::vector<Array> gradients;  // one an input; empty where it was not tracked
  size_t nodes = 0;
};

/// Runs the case; with `tracked` also backward, on gradients that start at `start`.
inline OpResult run_op(const OpCase& op, const std::vector<Array>& arrays,
                       const std::vector<bool>& tracked, const OpStorage& storage,
                       double start = 0) {
  const auto stored = [&](const Shape& shape, const Array& values, bool is_wide) {
    return tensor_of(shape, values, is_wide ? wide(storage.dtype) : storage.dtype, storage.device);
  };
  Tape tape(tracked.empty() ? Tape::Mode::kInfer : Tape::Mode::kTrain);
  std::vector<Var> inputs;
  for (size_t i = 0; i < arrays.size(); ++i) {
    const OpInput& input = op.inputs[i];
    inputs.push_back(
        tape.output(stored(input.shape, arrays[i], input.is_wide), !tracked.empty() && tracked[i]));
    if (inputs[i].tracked() && start != 0) {
      const Array ones(arrays[i].size(), start);
      give_gradient(inputs[i], stored(input.shape, ones, input.is_wide));
    }
  }
  const std::vector<Var> outputs = op.run(tape, inputs);
  OpResult result{.outputs = {}, .gradients = {}, .nodes = tape.recorded_nodes()};
  for (size_t k = 0; k < outputs.size(); ++k) {
    const Tensor& value = outputs[k].value();
    result.outputs.push_back(array_of(value));
    if (!outputs[k].tracked()) continue;
    const Array weights = output_weights(k, value.elements());
    give_gradient(outputs[k], tensor_of(value.shape(), weights, value.dtype(), storage.device));
  }
  tape.backward({});
  for (const Var& input : inputs) {
    const Tensor gradient = gathered_gradient(input);
    result.gradients.push_back(gradient ? array_of(gradient) : Array());
  }
  return result;
}

inline std::vector<bool> differentiable(const OpCase& op) {
  std::vector<bool> flags;
  for (const OpInput& input : op.inputs) flags.push_back(input.differentiable);
  return flags;
}

inline double root_mean_square(const Array& x) {
  double sum = 0;
  for (double value : x) sum += value * value;
  return x.empty() ? 0 : std::sqrt(sum / static_cast<double>(x.size()));
}

/// The greatest error of an element, relative to what expect_close relates it to.
inline double greatest_error(const std::vector<Array>& got, const std::vector<Array>& wanted) {
  double greatest = 0;
  for (size_t k = 0; k < std::min(got.size(), wanted.size()); ++k) {
    const double scale = root_mean_square(wanted[k]);
    for (size_t i = 0; i < std::min(got[k].size(), wanted[k].size()); ++i) {
      if (got[k][i] == wanted[k][i]) continue;
      const double error =
          std::abs(got[k][i] - wanted[k][i]) / std::max(scale, std::abs(wanted[k][i]));
      greatest = std::isnan(error) ? INFINITY : std::max(greatest, error);
    }
  }
  return greatest;
}

/// Each element within `tolerance` of the wanted one, relative to it or to the array's root mean
/// square, whichever is greater. Not finite is an error unless both are the same infinity.
inline void expect_close(const Array& got, const Array& wanted, double tolerance,
                         const std::string& what) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  const double scale = root_mean_square(wanted);
  for (size_t i = 0; i < got.size(); ++i) {
    const double allowed = tolerance * std::max(scale, std::abs(wanted[i]));
    ASSERT_TRUE(got[i] == wanted[i] || std::abs(got[i] - wanted[i]) <= allowed)
        << what << "[" << i << "]: got " << got[i] << ", wanted " << wanted[i]
        << ", root mean square " << scale;
  }
}

inline void expect_all_close(const std::vector<Array>& got, const std::vector<Array>& wanted,
                             double tolerance, const std::string& what) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  for (size_t k = 0; k < got.size(); ++k) {
    expect_close(got[k], wanted[k], tolerance, what + " " + std::to_string(k));
  }
}

}  // namespace storyteller
