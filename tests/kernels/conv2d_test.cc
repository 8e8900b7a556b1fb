#include "kernels/conv2d.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <omp.h>

#include "kernels/cpu/context.h"

namespace storyteller::conv2d_test {
namespace {

std::vector<float> wave(int64_t n, float phase) {
  std::vector<float> x(static_cast<size_t>(n));
  for (size_t i = 0; i < x.size(); ++i) x[i] = std::sin(phase + 0.7F * static_cast<float>(i));
  return x;
}

class Conv2d : public testing::Test {
 protected:
  Cpu cpu() { return Cpu{&context_}; }
  CpuContext context_;
};

TEST_F(Conv2d, OnePixelKernelOfOneCopiesItsInput) {
  const Conv2dSizes sizes{.I = 1, .H = 3, .W = 2, .C = 1, .O = 1, .window = {1, 1}};
  const std::vector<float> x = wave(6, 0), weight = {1};
  std::vector<float> y(6, NAN);
  conv2d_forward(cpu(), Conv2dForward<float>{x.data(), weight.data(), nullptr, nullptr, nullptr,
                                             y.data(), sizes});
  EXPECT_EQ(y, x);
}

TEST_F(Conv2d, PaddingIsZeroAndItsSidesAreNotMixedUp) {
  // A 2 x 2 picture of ones with two rows above, one column left: the sum counts what is covered.
  const Conv2dSizes sizes{
      .I = 1, .H = 2, .W = 2, .C = 1, .O = 1, .window = {2, 2, 1, {2, 1, 0, 0}}};
  const std::vector<float> ones(4, 1);
  std::vector<float> y(6, NAN);
  conv2d_forward(cpu(), Conv2dForward<float>{ones.data(), ones.data(), nullptr, nullptr, nullptr,
                                             y.data(), sizes});
  EXPECT_EQ(y, (std::vector<float>{0, 0, 1, 2, 2, 4}));
}

TEST_F(Conv2d, PackedWeightGivesTheSameBitsAndServesEqualIdentities) {
  const Conv2dSizes sizes{
      .I = 2, .H = 9, .W = 9, .C = 7, .O = 19, .window = {3, 3, 1, {1, 1, 1, 1}}};
  const std::vector<float> x = wave(sizes.inputs(), 1), weight = wave(sizes.weights(), 2);
  std::vector<float> plain(static_cast<size_t>(sizes.outputs()), NAN), packed = plain;
  Conv2dForward<float> call{x.data(), weight.data(), nullptr, nullptr,
                            nullptr,  plain.data(),  sizes};
  conv2d_forward(cpu(), call);
  const Conv2dPacking packing = conv2d_packing(cpu(), call);
  EXPECT_EQ(conv2d_packing(cpu(), call).identity, packing.identity);
  struct alignas(64) Line {
    char bytes[64];
  };
  std::vector<Line> copy(packing.bytes / sizeof(Line) + 1);
  pack_conv2d_weight(cpu(), call, copy.data());
  call.weight = nullptr;  // must not be read any more
  call.packed = copy.data();
  call.y = packed.data();
  conv2d_forward(cpu(), call);
  EXPECT_EQ(packed, plain);
}

TEST_F(Conv2d, BackwardOverwritesOrAddsAsAskedAndLeavesOutWhatIsNull) {
  const Conv2dSizes sizes{
      .I = 2, .H = 6, .W = 5, .C = 3, .O = 4, .window = {3, 3, 2, {1, 1, 1, 1}}};
  const std::vector<float> x = wave(sizes.inputs(), 1), weight = wave(sizes.weights(), 2);
  const std::vector<float> dy = wave(sizes.outputs(), 3);
  std::vector<float> dx(x.size(), NAN), dweight(weight.size(), 0);
  Conv2dBackward<float> call{x.data(),       weight.data(), dy.data(), dx.data(),
                             dweight.data(), sizes,         false};
  conv2d_backward(cpu(), call);
  std::vector<float> added(x.size(), 1), none = dweight;
  call.dx = added.data();
  call.dweight = nullptr;
  call.accumulate_dx = true;
  conv2d_backward(cpu(), call);
  for (size_t i = 0; i < dx.size(); ++i) EXPECT_NEAR(added[i], dx[i] + 1, 1e-5F) << i;
  EXPECT_EQ(dweight, none);
}

TEST_F(Conv2d, EqualCallsGiveEqualBits) {
  const Conv2dSizes sizes{
      .I = 5, .H = 24, .W = 24, .C = 32, .O = 32, .window = {3, 3, 1, {1, 1, 1, 1}}};
  const std::vector<float> x = wave(sizes.inputs(), 1), dy = wave(sizes.outputs(), 3);
  std::vector<float> first(static_cast<size_t>(sizes.weights())), second = first;
  for (std::vector<float>* dweight : {&first, &second}) {
    conv2d_backward(cpu(), Conv2dBackward<float>{x.data(), nullptr, dy.data(), nullptr,
                                                 dweight->data(), sizes});
  }
  EXPECT_EQ(first, second);
}

TEST_F(Conv2d, GradientOfFiveByFiveDepthwiseFiltersIsThatOfDoubleAndOfAnyThreads) {
  for (const int64_t stride : {1, 2}) {
    SCOPED_TRACE(stride);
    const int64_t channels = 53;  // three vectors and a rest
    const Conv2dSizes sizes{.I = 3,
                            .H = 8,
                            .W = 11,
                            .C = channels,
                            .O = channels,
                            .window = {5, 5, stride, same_padding(8, 11, 5, stride)},
                            .groups = channels};
    const std::vector<float> x = wave(sizes.inputs(), 1), dy = wave(sizes.outputs(), 3);
    const std::vector<float> before = wave(sizes.weights(), 5);
    std::vector<float> dweight = before, of_one_thread = before;
    const int threads = omp_get_max_threads();
    omp_set_num_threads(3);
    conv2d_backward(
        cpu(), Conv2dBackward<float>{x.data(), nullptr, dy.data(), nullptr, dweight.data(), sizes});
    omp_set_num_threads(1);
    conv2d_backward(cpu(), Conv2dBackward<float>{x.data(), nullptr, dy.data(), nullptr,
                                                 of_one_thread.data(), sizes});
    omp_set_num_threads(threads);
    EXPECT_EQ(dweight, of_one_thread);
    const std::vector<double> wide_x(x.begin(), x.end()), wide_dy(dy.begin(), dy.end());
    std::vector<double> wanted(before.begin(), before.end());
    conv2d_backward(cpu(), Conv2dBackward<double>{wide_x.data(), nullptr, wide_dy.data(), nullptr,
                                                  wanted.data(), sizes});
    for (size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(dweight[i], wanted[i], 1e-4) << i;
  }
}

TEST_F(Conv2d, BiasResidualAndActivationAreThoseOfDoubleForEveryNumberOfGroups) {
  for (const int64_t channels : {16, 24}) {
    for (const int64_t groups : {int64_t{1}, int64_t{2}, int64_t{4}, int64_t{8}, channels}) {
      SCOPED_TRACE(std::to_string(groups) + " groups of " + std::to_string(channels));
      const Conv2dSizes sizes{.I = 2,
                              .H = 6,
                              .W = 5,
                              .C = channels,
                              .O = 2 * channels,
                              .window = {3, 3, 1, {1, 1, 1, 1}},
                              .groups = groups};
      const auto wide = [](const std::vector<float>& x) {
        return std::vector<double>(x.begin(), x.end());
      };
      const std::vector<float> x = wave(sizes.inputs(), 1), weight = wave(sizes.weights(), 2);
      const std::vector<float> bias = wave(sizes.O, 3), residual = wave(sizes.outputs(), 4);
      std::vector<float> y(residual.size(), NAN);
      conv2d_forward(cpu(), Conv2dForward<float>{.x = x.data(),
                                                 .weight = weight.data(),
                                                 .packed = nullptr,
                                                 .bias = bias.data(),
                                                 .residual = residual.data(),
                                                 .y = y.data(),
                                                 .sizes = sizes,
                                                 .activation = Activation::kRelu});
      const std::vector<double> wide_x = wide(x), wide_weight = wide(weight);
      const std::vector<double> wide_bias = wide(bias), wide_residual = wide(residual);
      std::vector<double> wanted(y.size(), NAN);
      conv2d_forward(cpu(), Conv2dForward<double>{.x = wide_x.data(),
                                                  .weight = wide_weight.data(),
                                                  .packed = nullptr,
                                                  .bias = wide_bias.data(),
                                                  .residual = wide_residual.data(),
                                                  .y = wanted.data(),
                                                  .sizes = sizes,
                                                  .activation = Activation::kRelu});
      double greatest = 0;
      for (size_t i = 0; i < y.size(); ++i)
        greatest = std::max(greatest, std::abs(y[i] - wanted[i]));
      EXPECT_LT(greatest, 1e-4);
    }
  }
}

TEST(SamePadding, GivesCeilOfSizeOverStrideOutputs) {
  for (int64_t size = 1; size < 40; ++size) {
    for (const int64_t kernel : {1, 2, 3, 5, 7}) {
      for (const int64_t stride : {1, 2, 3}) {
        const Window window{kernel, kernel, stride, same_padding(size, size + 1, kernel, stride)};
        EXPECT_EQ(window.output_height(size), (size + stride - 1) / stride);
        EXPECT_EQ(window.output_width(size + 1), (size + stride) / stride);
        EXPECT_TRUE(window.padding.bottom == window.padding.top ||
                    window.padding.bottom == window.padding.top + 1);
      }
    }
  }
}

}  // namespace
}  // namespace storyteller::conv2d_test
