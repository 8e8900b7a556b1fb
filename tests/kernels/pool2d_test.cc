#include "kernels/pool2d.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/cpu/context.h"

namespace storyteller::pool2d_test {
namespace {

TEST(PoolOutputs, RoundsAsPyTorchDoes) {
  EXPECT_EQ(pool_outputs(112, 3, 2, 1, 1, false), 56);  // ResNet
  EXPECT_EQ(pool_outputs(109, 3, 2, 0, 0, true), 54);   // SqueezeNet, Caffe
  EXPECT_EQ(pool_outputs(112, 3, 2, 0, 0, true), 56);
  EXPECT_EQ(pool_outputs(112, 3, 2, 0, 0, false), 55);
  // The fourth window would start behind the last element: it is left out.
  EXPECT_EQ(pool_outputs(3, 1, 2, 0, 1, true), 2);
  EXPECT_EQ(pool_outputs(1, 2, 2, 1, 1, true), 1);
}

TEST(MaxPool, TakesTheFirstOfEqualsAndLetsNanThrough) {
  CpuContext context;
  const Pool2dSizes sizes{.I = 1, .H = 1, .W = 4, .C = 1, .OH = 1, .OW = 2, .window = {1, 2, 2}};
  const std::vector<float> x = {5, 5, NAN, 7};
  std::vector<float> y(2, 0);
  std::vector<int32_t> place(2, 99);
  max_pool_forward(Cpu{&context}, MaxPoolForward<float>{x.data(), y.data(), place.data(), sizes});
  EXPECT_EQ(y[0], 5);
  EXPECT_EQ(place[0], 0);
  EXPECT_EQ(place[1], 2);
  EXPECT_TRUE(std::isnan(y[1]));
}

TEST(MaxPool, PaddingNeverWins) {
  CpuContext context;
  const Pool2dSizes sizes{
      .I = 1, .H = 1, .W = 1, .C = 1, .OH = 1, .OW = 2, .window = {1, 2, 2, {0, 2, 0, 1}}};
  const float x = -3;
  std::vector<float> y(2, 0), dy = {1, 1};
  std::vector<int32_t> place(2, 99);
  max_pool_forward(Cpu{&context}, MaxPoolForward<float>{&x, y.data(), place.data(), sizes});
  EXPECT_EQ(y[0], -std::numeric_limits<float>::infinity());  // nothing but padding below it
  EXPECT_EQ(place[0], -1);
  EXPECT_EQ(y[1], -3);
  float dx = 10;
  max_pool_backward(Cpu{&context}, MaxPoolBackward<float>{dy.data(), place.data(), &dx, sizes});
  EXPECT_EQ(dx, 11);
}

TEST(MeanPool, DividesByWhatItIsToldToCount) {
  CpuContext context;
  const Pool2dSizes sizes{
      .I = 1, .H = 2, .W = 2, .C = 1, .OH = 1, .OW = 1, .window = {3, 3, 1, {1, 1, 0, 0}}};
  const std::vector<double> x = {1, 2, 3, 6};
  double y = 0;
  mean_pool_forward(Cpu{&context}, MeanPoolForward<double>{x.data(), &y, sizes, false});
  EXPECT_DOUBLE_EQ(y, 3);
  mean_pool_forward(Cpu{&context}, MeanPoolForward<double>{x.data(), &y, sizes, true});
  EXPECT_DOUBLE_EQ(y, 12.0 / 9);
}

}  // namespace
}  // namespace storyteller::pool2d_test
