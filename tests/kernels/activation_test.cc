#include "kernels/activation.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/cpu/context.h"

namespace storyteller::activation_test {
namespace {

constexpr Activation kAll[] = {Activation::kNone, Activation::kRelu, Activation::kRelu6,
                               Activation::kSigmoid, Activation::kTanh};

std::vector<float> apply(Activation activation, std::vector<float> x) {
  CpuContext context;
  activation_forward(Cpu{&context},
                     ActivationForward<float>{x.data(), x.data(),  // in place
                                              static_cast<int64_t>(x.size()), activation});
  return x;
}

TEST(Activation, LetsNanThrough) {
  for (const Activation activation : kAll) {
    for (const float y : apply(activation, std::vector<float>(21, NAN))) {
      EXPECT_TRUE(std::isnan(y)) << static_cast<int>(activation);
    }
  }
}

TEST(Activation, SaturatesAtInfinity) {
  const float infinity = std::numeric_limits<float>::infinity();
  const std::vector<float> both = {infinity, -infinity};
  EXPECT_EQ(apply(Activation::kRelu, both), (std::vector<float>{infinity, 0}));
  EXPECT_EQ(apply(Activation::kRelu6, both), (std::vector<float>{6, 0}));
  EXPECT_EQ(apply(Activation::kTanh, both), (std::vector<float>{1, -1}));
  EXPECT_EQ(apply(Activation::kSigmoid, both)[0], 1);
  EXPECT_NEAR(apply(Activation::kSigmoid, both)[1], 0, 1e-37);
}

TEST(Activation, SigmoidAndTanhAreMonotone) {
  std::vector<float> x;
  for (int i = -4000; i <= 4000; ++i) x.push_back(static_cast<float>(i) * 0.004F);
  for (const Activation activation : {Activation::kSigmoid, Activation::kTanh}) {
    const std::vector<float> y = apply(activation, x);
    for (size_t i = 1; i < y.size(); ++i) ASSERT_GE(y[i], y[i - 1] - 2e-7F) << x[i];
  }
}

TEST(Activation, BackwardMayOverwriteItsGradient) {
  CpuContext context;
  const std::vector<float> y = {0, 2, 6};
  std::vector<float> dy = {1, 1, 1};
  activation_backward(Cpu{&context}, ActivationBackward<float>{y.data(), dy.data(), dy.data(), 3,
                                                               Activation::kRelu6, false});
  EXPECT_EQ(dy, (std::vector<float>{0, 1, 0}));
}

}  // namespace
}  // namespace storyteller::activation_test
