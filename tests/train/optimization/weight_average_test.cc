#include "train/optimization/weight_average.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace storyteller::weight_average_test {
namespace {

constexpr int64_t kElements = 37;

/// A trainable group, a frozen one and a buffer.
struct Model {
  explicit Model(DType type) {
    parameters.add_group({.name = "trained"});
    x = parameters.declare("x", {kElements}, Initializer::normal(1));
    buffer = parameters.declare_buffer("buffer", {3}, 1);
    parameters.add_group({.name = "frozen", .trainable = false});
    frozen = parameters.declare("frozen", {5}, Initializer::constant(3));
    parameters.allocate(type, Device::cpu(), 1, true);
  }
  double value(int64_t i) const {
    const Tensor& tensor = parameters.value(x);
    return tensor.dtype() == DType::kFloat64 ? tensor.data<double>()[i] : tensor.data<float>()[i];
  }
  void set(int64_t i, double to) {
    const Tensor& tensor = parameters.value(x);
    if (tensor.dtype() == DType::kFloat64) {
      tensor.data<double>()[i] = to;
    } else {
      tensor.data<float>()[i] = static_cast<float>(to);
    }
  }
  Parameters parameters;
  Parameters::Id x, buffer, frozen;
};

TEST(WeightAverage, IsTheExponentialAverageWithADecayThatWarmsUp) {
  for (const DType type : {DType::kFloat64, DType::kFloat32}) {
    Model model(type);
    WeightAverage average(0.8, model.parameters);
    std::vector<double> naive(kElements);
    for (int64_t i = 0; i < kElements; ++i) naive[i] = model.value(i);
    for (int64_t t = 1; t <= 60; ++t) {
      for (int64_t i = 0; i < kElements; ++i) {
        model.set(i, std::sin(static_cast<double>(t * 100 + i)));
      }
      average.update(t);
      const double decay =
          std::min(0.8, (1 + static_cast<double>(t)) / (10 + static_cast<double>(t)));
      for (int64_t i = 0; i < kElements; ++i) {
        naive[i] = decay * naive[i] + (1 - decay) * model.value(i);
      }
    }
    average.swap();
    const double tolerance = type == DType::kFloat64 ? 1e-14 : 1e-6;
    for (int64_t i = 0; i < kElements; ++i) EXPECT_NEAR(model.value(i), naive[i], tolerance);
  }
}

TEST(WeightAverage, HoldsRunningStatisticsToo) {
  Model model(DType::kFloat32);
  WeightAverage average(0.5, model.parameters);
  const Tensor& buffer = model.parameters.value(model.buffer);
  for (int i = 0; i < 3; ++i) buffer.data<float>()[i] = 5;
  average.update(1000);
  average.swap();
  EXPECT_EQ(buffer.to_host<float>(), std::vector<float>(3, 3)) << "half way from 1 to 5";
  average.swap();
  EXPECT_EQ(buffer.to_host<float>(), std::vector<float>(3, 5));
  ASSERT_EQ(average.state().size(), 2U);
  EXPECT_EQ(average.state()[0].first, "average");
  EXPECT_EQ(average.state()[1].first, "average.buffer");
}

TEST(WeightAverage, LeavesStatisticsThatDidNotMove) {
  Model model(DType::kFloat32);
  WeightAverage average(0.5, model.parameters);
  const Tensor& buffer = model.parameters.value(model.buffer);
  for (int i = 0; i < 3; ++i) buffer.data<float>()[i] = 5;
  average.update(1000, nullptr, {.buffers = false});
  EXPECT_EQ(average.state()[1].second.to_host<float>(), std::vector<float>(3, 1));
}

TEST(WeightAverage, SwapsThereAndBackToTheSameBits) {
  Model model(DType::kFloat32);
  WeightAverage average(0.5, model.parameters);
  for (int64_t i = 0; i < kElements; ++i) model.set(i, 2);
  average.update(1);
  const auto weights = model.parameters.value(model.x).to_host<float>();
  const auto mean = average.state()[0].second.to_host<float>();
  const uint64_t version = model.parameters.version();
  average.swap();
  EXPECT_GT(model.parameters.version(), version) << "packed weights are stale";
  const auto swapped = model.parameters.value(model.x).to_host<float>();
  EXPECT_TRUE(std::equal(swapped.begin(), swapped.end(), mean.begin()));
  EXPECT_NE(swapped, weights);
  EXPECT_EQ(model.parameters.value(model.frozen).to_host<float>(), std::vector<float>(5, 3));
  average.swap();
  EXPECT_EQ(model.parameters.value(model.x).to_host<float>(), weights);
  EXPECT_EQ(average.state()[0].second.to_host<float>(), mean);
}

TEST(WeightAverage, DoesNothingWhenOff) {
  Model model(DType::kFloat32);
  WeightAverage average(0, model.parameters);
  EXPECT_FALSE(average.active());
  const uint64_t version = model.parameters.version();
  const auto weights = model.parameters.value(model.x).to_host<float>();
  average.update(1);
  average.swap();
  EXPECT_EQ(model.parameters.value(model.x).to_host<float>(), weights);
  EXPECT_EQ(model.parameters.version(), version);
  EXPECT_TRUE(average.state().empty());
}

}  // namespace
}  // namespace storyteller::weight_average_test
