// Every op of tests/op_cases.h on CUDA, in float and in bfloat16, against the CPU in double on the
// same numbers.
#include "tests/op_cases.h"

#include <sstream>
#include <tuple>

#include <gtest/gtest.h>

#include "tests/op_run.h"

namespace storyteller::op_cases_test {
namespace {

class CudaOp : public testing::TestWithParam<std::tuple<OpCase, DType>> {
 protected:
  const OpCase& op() const { return std::get<0>(GetParam()); }
  OpStorage storage() const { return {std::get<1>(GetParam()), Device::cuda()}; }
  bool narrow() const { return std::get<1>(GetParam()) == DType::kBFloat16; }
  double tolerance() const { return narrow() ? op().bfloat16_tolerance : op().float_tolerance; }

  /// The case's inputs as the storage type holds them.
  std::vector<Array> arrays() const {
    std::vector<Array> arrays = input_arrays(op());
    for (size_t i = 0; narrow() && i < arrays.size(); ++i) {
      if (op().inputs[i].is_wide) continue;
      for (double& x : arrays[i]) x = static_cast<float>(bfloat16(static_cast<float>(x)));
    }
    return arrays;
  }
};

TEST_P(CudaOp, MatchesTheCpuInDouble) {
  const auto tracked = differentiable(op());
  const auto wanted_gradients = run_op(op(), arrays(), tracked, {DType::kFloat64}).gradients;
  const auto gradients = run_op(op(), arrays(), tracked, storage()).gradients;
  // A tape that records may let an output's memory become that of a gradient.
  const auto wanted_outputs = run_op(op(), arrays(), {}, {DType::kFloat64}).outputs;
  const auto outputs = run_op(op(), arrays(), {}, storage()).outputs;
  // For the report of tools/gpu_check.
  const auto record = [](const char* name, double value) {
    std::ostringstream text;
    text << value;
    RecordProperty(name, text.str());
  };
  record("output_error", greatest_error(outputs, wanted_outputs));
  record("output_tolerance", tolerance());
  record("gradient_error", greatest_error(gradients, wanted_gradients));
  record("gradient_tolerance", 4 * tolerance());
  expect_all_close(gradients, wanted_gradients, 4 * tolerance(), "gradient of input");
  expect_all_close(outputs, wanted_outputs, tolerance(), "output");
}

TEST_P(CudaOp, GradientsAddToWhatIsThere) {
  const auto tracked = differentiable(op());
  std::vector<Array> wanted = run_op(op(), arrays(), tracked, {DType::kFloat64}).gradients;
  for (Array& gradient : wanted) {
    for (double& value : gradient) value += 0.5;
  }
  expect_all_close(run_op(op(), arrays(), tracked, storage(), 0.5).gradients, wanted,
                   4 * tolerance(), "gradient of input");
}

TEST_P(CudaOp, GivesTheSameBitsEveryTime) {
  const auto tracked = differentiable(op());
  const OpResult first = run_op(op(), arrays(), tracked, storage());
  const OpResult second = run_op(op(), arrays(), tracked, storage());
  EXPECT_EQ(first.outputs, second.outputs);
  EXPECT_EQ(first.gradients, second.gradients);
}

INSTANTIATE_TEST_SUITE_P(All, CudaOp,
                         testing::Combine(testing::ValuesIn(op_cases(Sizes::odd())),
                                          testing::Values(DType::kFloat32, DType::kBFloat16)),
                         [](const auto& info) {
                           return std::get<0>(info.param).name + "_" +
                                  name_of(std::get<1>(info.param));
                         });

}  // namespace
}  // namespace storyteller::op_cases_test
