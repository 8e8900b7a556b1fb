#include "train/optimization/optimizer.h"

#include <cmath>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace storyteller::optimizer_test {
namespace {

/// Two values with gradients.
class OptimizerTest : public testing::Test {
 protected:
  OptimizerTest() {
    parameters_.add_group({.name = "decoder"});
    parameters_.declare("a", {3}, Initializer::constant(1));
    parameters_.declare("b", {2, 2}, Initializer::constant(2));
    parameters_.allocate(DType::kFloat32, Device::cpu(), 1, true);
    set_gradients(0.5F, 1);
  }

  void set_gradients(float of_a, float of_b) {
    parameters_.forget_gradients();
    for (Parameters::Id id = 0; id < 2; ++id) {
      bool accumulate = true;
      const Tensor dx = written_gradient(parameters_.var(id), &accumulate);
      const std::vector<float> values(static_cast<size_t>(dx.elements()), id == 0 ? of_a : of_b);
      dx.copy_from_host(values.data());
    }
  }
  std::vector<float> weights() const { return parameters_.values().to_host<float>(); }
  static Tensor loss(float value) { return Tensor::from({}, std::vector<float>{value}); }

  Parameters parameters_;
};

TEST_F(OptimizerTest, FinishStepReturnsTheNormOfTheWholeGradient) {
  Optimizer optimizer({.clip_norm = 0}, parameters_);
  optimizer.step(0.1);
  EXPECT_NEAR(optimizer.finish_step(), std::sqrt(3 * 0.25 + 4 * 1), 1e-6);
  EXPECT_NEAR(*optimizer.squared_norm(), 3 * 0.25 + 4 * 1, 1e-6);
  EXPECT_EQ(optimizer.steps(), 1);
}

TEST_F(OptimizerTest, NormAboveItsBoundScalesTheGradient) {
  Optimizer optimizer({.kind = OptimizerKind::kSgd, .momentum = 0, .clip_norm = 0.5}, parameters_);
  optimizer.step(1);
  const auto scale = static_cast<float>(0.5 / optimizer.finish_step());
  EXPECT_NEAR(parameters_.value(0).to_host<float>()[2], 1 - 0.5F * scale, 1e-6);
  EXPECT_NEAR(parameters_.value(1).to_host<float>()[3], 2 - scale, 1e-6);
}

TEST_F(OptimizerTest, StepThatIsNotFiniteChangesAndCountsNothing) {
  for (const OptimizerKind kind : {OptimizerKind::kSgd, OptimizerKind::kAdam}) {
    Optimizer optimizer({.kind = kind}, parameters_);
    optimizer.step(0.1, loss(1));
    ASSERT_TRUE(std::isfinite(optimizer.finish_step()));
    const auto before = weights(), moments = optimizer.state()[0].second.to_host<float>();
    for (const float bad : {HUGE_VALF, std::nanf("")}) {
      set_gradients(bad, 1);
      optimizer.step(0.1, loss(1));
      EXPECT_FALSE(std::isfinite(optimizer.finish_step())) << "gradient " << bad;
      set_gradients(0.5F, 1);
      optimizer.step(0.1, loss(bad));
      EXPECT_FALSE(std::isfinite(optimizer.finish_step())) << "loss " << bad;
      EXPECT_FALSE(std::isfinite(optimizer.finish_step())) << "asked again";
      float& weight = parameters_.value(1).data<float>()[3];
      const float good = std::exchange(weight, bad);
      optimizer.step(0.1, loss(1));
      EXPECT_FALSE(std::isfinite(optimizer.finish_step())) << "weight " << bad;
      weight = good;
      EXPECT_EQ(weights(), before);
      EXPECT_EQ(optimizer.state()[0].second.to_host<float>(), moments);
      EXPECT_EQ(optimizer.steps(), 1);
    }
    optimizer.step(0.1, loss(1));
    EXPECT_TRUE(std::isfinite(optimizer.finish_step()));
    EXPECT_NE(weights(), before);
    EXPECT_EQ(optimizer.steps(), 2);
  }
}

/// Groups that learn apart, one value of one element each.
struct Groups {
  Groups() {
    for (const char* name : {"encoder", "decoder", "head"}) {
      parameters.add_group({.name = name});
      parameters.declare(std::string(name) + ".x", {1}, Initializer::constant(0));
    }
    parameters.allocate(DType::kFloat32, Device::cpu(), 1, true);
  }
  void step(Optimizer& optimizer, float gradient) {
    parameters.forget_gradients();
    for (Parameters::Id id = 0; id < parameters.size(); ++id) {
      bool accumulate = true;
      written_gradient(parameters.var(id), &accumulate).copy_from_host(&gradient);
    }
    optimizer.step(0.1);
    optimizer.finish_step();
  }
  float value(Parameters::Id id) const { return parameters.value(id).to_host<float>()[0]; }

  Parameters parameters;
};

// Adam's first step is the rate where the bias of the moments is corrected as for one step.
TEST(OptimizerGroups, EachCountsTheStepsThatItWasAwakeIn) {
  Groups groups;
  Optimizer optimizer({.clip_norm = 0}, groups.parameters);
  const std::vector<std::string> two = {"encoder", "head"}, one = {"head"};
  optimizer.set_frozen(two);
  groups.step(optimizer, 1);
  EXPECT_EQ(groups.value(0), 0);
  EXPECT_NEAR(groups.value(1), -0.1, 1e-6);
  groups.step(optimizer, HUGE_VALF);  // counts for nobody
  optimizer.set_frozen(one);
  groups.step(optimizer, 1);
  EXPECT_NEAR(groups.value(0), -0.1, 1e-6);
  EXPECT_EQ(groups.value(2), 0);
  optimizer.set_frozen({});
  groups.step(optimizer, 1);
  EXPECT_NEAR(groups.value(2), -0.1, 1e-6);
  EXPECT_EQ(optimizer.steps(), 3);
  EXPECT_EQ(optimizer.frozen_steps(),
            (std::map<std::string, int64_t>{{"encoder", 1}, {"head", 2}}));
}

TEST(OptimizerGroups, GoOnFromTheirCounts) {
  Groups whole, cut;
  const std::vector<std::string> frozen = {"encoder"};
  Optimizer first({.clip_norm = 0}, whole.parameters), second({.clip_norm = 0}, cut.parameters);
  for (Optimizer* optimizer : {&first, &second}) optimizer->set_frozen(frozen);
  whole.step(first, 1);
  cut.step(second, 1);
  Optimizer again({.clip_norm = 0}, cut.parameters);
  for (size_t i = 0; i < 2; ++i) again.state()[i].second.copy_from(second.state()[i].second);
  again.set_steps(second.steps());
  again.set_frozen_steps(second.frozen_steps());
  first.set_frozen({});
  whole.step(first, 0.5F);
  cut.step(again, 0.5F);
  for (Parameters::Id id = 0; id < 3; ++id) EXPECT_EQ(whole.value(id), cut.value(id)) << id;
}

}  // namespace
}  // namespace storyteller::optimizer_test
