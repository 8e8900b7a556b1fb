// Holds every op of tests/op_cases.h to its naive reference and to finite differences.
#include "tests/op_cases.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tests/op_run.h"

namespace storyteller::op_cases_test {
namespace {

template <class T>
OpResult run(const OpCase& op, const std::vector<Array>& arrays, const std::vector<bool>& tracked,
             double start = 0) {
  return run_op(op, arrays, tracked, {.dtype = dtype_of<T>()}, start);
}

double loss(const OpCase& op, const std::vector<Array>& arrays) {
  const OpResult result = run<double>(op, arrays, {});
  double sum = 0;
  for (size_t k = 0; k < result.outputs.size(); ++k) {
    const Array weights = output_weights(k, static_cast<int64_t>(result.outputs[k].size()));
    for (size_t i = 0; i < weights.size(); ++i) sum += weights[i] * result.outputs[k][i];
  }
  return sum;
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
  const OpResult result = run<double>(op(), arrays_, differentiable(op()));
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
}  // namespace storyteller::op_cases_test
