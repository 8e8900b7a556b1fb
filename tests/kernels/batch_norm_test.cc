#include "kernels/batch_norm.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/cpu/context.h"

namespace storyteller::batch_norm_test {
namespace {

struct Norm {
  int64_t N, C;
  std::vector<float> gamma, beta, y, mean, inv_std, running_mean, running_variance;
  Norm(int64_t rows, int64_t channels)
      : N(rows),
        C(channels),
        gamma(channels, 1),
        beta(channels, 0),
        y(rows * channels, NAN),
        mean(channels, NAN),
        inv_std(channels, NAN),
        running_mean(channels, 0),
        running_variance(channels, 1) {}
  void run(const std::vector<float>& x, bool training) {
    batch_norm_forward(Cpu{&context},
                       BatchNormForward<float>{.x = x.data(),
                                               .gamma = gamma.data(),
                                               .beta = beta.data(),
                                               .y = y.data(),
                                               .mean = mean.data(),
                                               .inv_std = inv_std.data(),
                                               .running_mean = running_mean.data(),
                                               .running_variance = running_variance.data(),
                                               .N = N,
                                               .C = C,
                                               .training = training});
  }
  CpuContext context;
};

TEST(BatchNorm, MovesTheRunningStatisticsAsPyTorchDoes) {
  Norm norm(4, 1);
  norm.run({1, 2, 3, 6}, true);  // mean 3, biased variance 3.5, unbiased 14/3
  EXPECT_FLOAT_EQ(norm.mean[0], 3);
  EXPECT_FLOAT_EQ(norm.inv_std[0], 1 / std::sqrt(3.5F + 1e-5F));
  EXPECT_FLOAT_EQ(norm.running_mean[0], 0.3F);
  EXPECT_FLOAT_EQ(norm.running_variance[0], 0.9F + 0.1F * 14 / 3);
}

TEST(BatchNorm, FrozenUsesAndKeepsTheRunningStatistics) {
  Norm norm(2, 1);
  norm.running_mean = {10};
  norm.running_variance = {4};
  norm.run({12, 8}, false);
  EXPECT_NEAR(norm.y[0], 1, 1e-5);
  EXPECT_NEAR(norm.y[1], -1, 1e-5);
  EXPECT_EQ(norm.running_mean[0], 10);
  EXPECT_EQ(norm.running_variance[0], 4);
}

TEST(BatchNorm, StaysAccurateFarFromZeroAndOverManyRows) {
  // Mean 1000, standard deviation 1: the sum of squares in one pass would lose everything in float.
  const int64_t rows = 50000, channels = 3;
  Norm norm(rows, channels);
  std::vector<float> x(static_cast<size_t>(rows * channels));
  for (size_t i = 0; i < x.size(); ++i) x[i] = 1000 + (i / 3 % 2 == 0 ? 1.0F : -1.0F);
  norm.run(x, true);
  for (int64_t c = 0; c < channels; ++c) {
    EXPECT_NEAR(norm.mean[c], 1000, 1e-4);
    EXPECT_NEAR(norm.inv_std[c], 1, 1e-4);
  }
}

TEST(BatchNorm, OutputHasMeanZeroAndVarianceOne) {
  const int64_t rows = 4001, channels = 5;
  Norm norm(rows, channels);
  std::vector<float> x(static_cast<size_t>(rows * channels));
  for (size_t i = 0; i < x.size(); ++i) x[i] = 3 + 7 * std::sin(static_cast<float>(i * i % 1009));
  norm.run(x, true);
  for (int64_t c = 0; c < channels; ++c) {
    double sum = 0, squares = 0;
    for (int64_t n = 0; n < rows; ++n) {
      sum += norm.y[n * channels + c];
      squares += std::pow(norm.y[n * channels + c], 2);
    }
    EXPECT_NEAR(sum / rows, 0, 1e-5);
    EXPECT_NEAR(squares / rows, 1, 1e-4);
  }
}

}  // namespace
}  // namespace storyteller::batch_norm_test
