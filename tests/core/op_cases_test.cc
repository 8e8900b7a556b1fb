// Holds every op of tests/op_cases.h to its naive reference and to finite differences.
#include "tests/op_cases.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace storyteller {
namespace {

struct Result {
  std::vector<Array> outputs;
  std::vector<Array> gradients;  // one an input; empty where it was not tracked
  size_t nodes = 0;
};

/// Runs the case; with `tracked` also backward, on gradients that start at `start`.
template <class T>
Result run(const OpCase& op, const std::vector<Array>& arrays, const std::vector<bool>& tracked,
           double start = 0) {
  Tape tape(tracked.empty() ? Tape::Mode::kInfer : Tape::Mode::kTrain);
  std::vector<Var> inputs;
  for (size_t i = 0; i < arrays.size(); ++i) {
    const Shape& shape = op.inputs[i].shape;
    inputs.push_back(tape.output(tensor_of<T>(shape, arrays[i]), !tracked.empty() && tracked[i]));
    if (inputs[i].tracked() && start != 0) {
      give_gradient(inputs[i], tensor_of<T>(shape, Array(arrays[i].size(), start)));
    }
  }
  const std::vector<Var> outputs = op.run(tape, inputs);
  Result result{.outputs = {}, .gradients = {}, .nodes = tape.recorded_nodes()};
  for (size_t k = 0; k < outputs.size(); ++k) {
    result.outputs.push_back(array_of<T>(outputs[k].value()));
    if (!outputs[k].tracked()) continue;
    const Array weights = output_weights(k, outputs[k].value().elements());
    give_gradient(outputs[k], tensor_of<T>(outputs[k].shape(), weights));
  }
  tape.backward({});
  for (const Var& input : inputs) {
    const Tensor gradient = gathered_gradient(input);
    result.gradients.push_back(gradient ? array_of<T>(gradient) : Array());
  }
  return result;
}

double loss(const OpCase& op, const std::vector<Array>& arrays) {
  const Result result = run<double>(op, arrays, {});
  double sum = 0;
  for (size_t k = 0; k < result.outputs.size(); ++k) {
    const Array weights = output_weights(k, static_cast<int64_t>(result.outputs[k].size()));
    for (size_t i = 0; i < weights.size(); ++i) sum += weights[i] * result.outputs[k][i];
  }
  return sum;
}

std::vector<bool> differentiable(const OpCase& op) {
  std::vector<bool> flags;
  for (const OpInput& input : op.inputs) flags.push_back(input.differentiable);
  return flags;
}

double root_mean_square(const Array& x) {
  double sum = 0;
  for (double value : x) sum += value * value;
  return x.empty() ? 0 : std::sqrt(sum / static_cast<double>(x.size()));
}

/// Each element within `tolerance` of the wanted one, relative to it or to the array's root mean
/// square, whichever is greater. Not finite is an error unless both are the same infinity.
void expect_close(const Array& got, const Array& wanted, double tolerance,
                  const std::string& what) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  const double scale = root_mean_square(wanted);
  for (size_t i = 0; i < got.size(); ++i) {
    const double allowed = tolerance * std::max(scale, std::abs(wanted[i]));
    ASSERT_TRUE(got[i] == wanted[i] || std::abs(got[i] - wanted[i]) <= allowed)
        << what << "[" << i << "]: got " << got[i] << ", wanted " << wanted[i];
  }
}

void expect_all_close(const std::vector<Array>& got, const std::vector<Array>& wanted,
                      double tolerance, const std::string& what) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  for (size_t k = 0; k < got.size(); ++k) {
    expect_close(got[k], wanted[k], tolerance, what + " " + std::to_string(k));
  }
}

class OpTest : public testing::TestWithParam<OpCase> {
 protected:
  const OpCase& op() const { return GetParam(); }
  std::vector<Array> arrays_ = input_arrays(op());
};

TEST_P(OpTest, ForwardMatchesReference) {
  const std::vector<Array> wanted = op().reference(arrays_);
  expect_all_close(run<double>(op(), arrays_, {}).outputs, wanted, 1e-12, "double output");
  expect_all_close(run<float>(op(), arrays_, {}).outputs, wanted, op().float_tolerance,
                   "float output");
}

TEST_P(OpTest, RecordsOnlyWhatSomebodyWants) {
  EXPECT_EQ(run<float>(op(), arrays_, {}).nodes, 0U);
  EXPECT_EQ(run<float>(op(), arrays_, std::vector<bool>(arrays_.size(), false)).nodes, 0U);
}

TEST_P(OpTest, GradientMatchesFiniteDifferences) {
  constexpr double kStep = 1e-5, kTolerance = 1e-6;
  constexpr size_t kSampled = 24;
  const Result result = run<double>(op(), arrays_, differentiable(op()));
  for (size_t i = 0; i < arrays_.size(); ++i) {
    if (!op().inputs[i].differentiable) continue;
    const Array& gradient = result.gradients[i];
    ASSERT_EQ(gradient.size(), arrays_[i].size()) << "no gradient of input " << i;
    const auto along = [&](const std::function<double(size_t)>& direction) {
      std::vector<Array> ahead = arrays_, behind = arrays_;
      for (size_t j = 0; j < gradient.size(); ++j) {
        ahead[i][j] += kStep * direction(j);
        behind[i][j] -= kStep * direction(j);
      }
      return (loss(op(), ahead) - loss(op(), behind)) / (2 * kStep);
    };
    // All elements at once along a random direction of ones ...
    const Array signs = random_array(7 + i, static_cast<int64_t>(gradient.size()));
    double wanted = 0, norm = 0;
    for (size_t j = 0; j < gradient.size(); ++j) {
      wanted += std::copysign(1.0, signs[j]) * gradient[j];
      norm = std::hypot(norm, gradient[j]);
    }
    EXPECT_NEAR(along([&](size_t j) { return std::copysign(1.0, signs[j]); }), wanted,
                kTolerance * std::max(norm, std::abs(wanted)))
        << "input " << i << " along a direction";
    // ... and one by one.
    const double scale = root_mean_square(gradient);
    const size_t stride = std::max<size_t>(1, gradient.size() / kSampled);
    for (size_t j = 0; j < gradient.size(); j += stride) {
      const double difference = along([&](size_t k) { return k == j ? 1.0 : 0.0; });
      ASSERT_NEAR(gradient[j], difference, kTolerance * std::max(scale, std::abs(difference)))
          << "input " << i << ", element " << j;
    }
  }
}

TEST_P(OpTest, FloatGradientMatchesDouble) {
  const auto tracked = differentiable(op());
  expect_all_close(run<float>(op(), arrays_, tracked).gradients,
                   run<double>(op(), arrays_, tracked).gradients, 4 * op().float_tolerance,
                   "gradient of input");
}

TEST_P(OpTest, GradientsAddToWhatIsThere) {
  const auto tracked = differentiable(op());
  for (const bool in_double : {true, false}) {
    const auto gradients = [&](double start) {
      return in_double ? run<double>(op(), arrays_, tracked, start).gradients
                       : run<float>(op(), arrays_, tracked, start).gradients;
    };
    std::vector<Array> wanted = gradients(0);
    for (Array& gradient : wanted) {
      for (double& value : gradient) value += 0.5;
    }
    expect_all_close(gradients(0.5), wanted, in_double ? 1e-12 : op().float_tolerance,
                     "gradient of input");
  }
}

TEST_P(OpTest, EachGradientAloneIsTheSame) {
  const std::vector<Array> all = run<float>(op(), arrays_, differentiable(op())).gradients;
  for (size_t i = 0; i < arrays_.size(); ++i) {
    if (!op().inputs[i].differentiable) continue;
    std::vector<bool> alone(arrays_.size(), false);
    alone[i] = true;
    const std::vector<Array> got = run<float>(op(), arrays_, alone).gradients;
    for (size_t k = 0; k < got.size(); ++k) {
      expect_close(got[k], k == i ? all[k] : Array(), 1e-6, "gradient " + std::to_string(k));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, OpTest, testing::ValuesIn(op_cases(Sizes::odd())),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace storyteller
