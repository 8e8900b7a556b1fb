#include "kernels/batch_norm.h"

#include <algorithm>

#include "tests/cuda/device_array.h"

namespace storyteller::batch_norm_test {
namespace {

template <class T>
class BatchNormCuda : public testing::Test {};
TYPED_TEST_SUITE(BatchNormCuda, StorageTypes);

struct Sizes {
  int64_t N, C;
};
// Odd widths, widths that vectors divide, few rows, more rows than a block has, several slices.
constexpr Sizes kSizes[] = {{2, 1}, {7, 37}, {5, 264}, {300, 40}, {2500, 3}, {1500, 24}};

/// x with a mean far from zero in some channels, as activations have.
template <class T>
std::vector<double> rows(int64_t N, int64_t C) {
  auto x = uniform(1, N * C, -2, 2);
  for (int64_t i = 0; i < N * C; ++i) x[static_cast<size_t>(i)] += static_cast<double>(i % C % 5);
  return rounded<T>(x);
}

TYPED_TEST(BatchNormCuda, ForwardMatchesTheReference) {
  using T = TypeParam;
  for (const auto [N, C] : kSizes) {
    for (int flags = 0; flags < 4; ++flags) {
      const bool training = flags & 1, relu = flags & 2;
      SCOPED_TRACE(testing::Message() << "N " << N << ", C " << C << ", flags " << flags);
      const auto x = rows<T>(N, C), gamma = rounded<T>(uniform(2, C)),
                 beta = rounded<T>(uniform(3, C));
      auto running_mean = rounded<float>(uniform(4, C)),
           running_variance = rounded<float>(uniform(5, C, 0.1, 2));
      const DeviceArray<T> device_x(x), device_gamma(gamma), device_beta(beta), y(N * C);
      const DeviceArray<float> mean(C), inv_std(C), device_mean(running_mean),
          device_variance(running_variance);
      batch_norm_forward(test_cuda(),
                         BatchNormForward<T>{.x = device_x.data(),
                                             .gamma = device_gamma.data(),
                                             .beta = device_beta.data(),
                                             .y = y.data(),
                                             .mean = mean.data(),
                                             .inv_std = inv_std.data(),
                                             .running_mean = device_mean.data(),
                                             .running_variance = device_variance.data(),
                                             .N = N,
                                             .C = C,
                                             .training = training,
                                             .relu = relu});
      std::vector<double> want_y(x.size()), want_mean(gamma.size()), want_inv_std(gamma.size());
      batch_norm_forward(reference_cpu(),
                         BatchNormForward<double>{.x = x.data(),
                                                  .gamma = gamma.data(),
                                                  .beta = beta.data(),
                                                  .y = want_y.data(),
                                                  .mean = want_mean.data(),
                                                  .inv_std = want_inv_std.data(),
                                                  .running_mean = running_mean.data(),
                                                  .running_variance = running_variance.data(),
                                                  .N = N,
                                                  .C = C,
                                                  .training = training,
                                                  .relu = relu});
      expect_close(mean.values(), want_mean, 1e-5, "mean");
      expect_close(inv_std.values(), want_inv_std, 1e-4, "inv_std");
      expect_close(y.values(), want_y, std::is_same_v<T, float> ? 1e-4 : 2e-2, "y");
      expect_close(device_mean.values(), running_mean, 1e-5, "running_mean");
      expect_close(device_variance.values(), running_variance, 1e-5, "running_variance");
    }
  }
}

TYPED_TEST(BatchNormCuda, BackwardMatchesTheReferenceAndAdds) {
  using T = TypeParam;
  for (const auto [N, C] : kSizes) {
    for (int flags = 0; flags < 16; ++flags) {
      const bool training = flags & 1, relu = flags & 2, accumulate = flags & 4, all = flags & 8;
      SCOPED_TRACE(testing::Message() << "N " << N << ", C " << C << ", flags " << flags);
      const auto x = rows<T>(N, C), gamma = rounded<T>(uniform(2, C)),
                 dy = rounded<T>(uniform(4, N * C)), mean = rounded<float>(uniform(5, C, 1, 3)),
                 inv_std = rounded<float>(uniform(6, C, 0.5, 1.5));
      // What a relu leaves is often exactly zero.
      auto y = rounded<T>(uniform(3, N * C));
      for (double& value : y) value = std::max(value, 0.0);
      auto want_dx = rounded<T>(uniform(7, N * C)), want_dgamma = rounded<T>(uniform(8, C)),
           want_dbeta = rounded<T>(uniform(9, C));
      const DeviceArray<T> device_x(x), device_gamma(gamma), device_y(y), device_dy(dy),
          dx(want_dx), dgamma(want_dgamma), dbeta(want_dbeta);
      const DeviceArray<float> device_mean(mean), device_inv_std(inv_std);
      batch_norm_backward(test_cuda(), BatchNormBackward<T>{.x = device_x.data(),
                                                            .y = relu ? device_y.data() : nullptr,
                                                            .gamma = device_gamma.data(),
                                                            .mean = device_mean.data(),
                                                            .inv_std = device_inv_std.data(),
                                                            .dy = device_dy.data(),
                                                            .dx = dx.data(),
                                                            .dgamma = all ? dgamma.data() : nullptr,
                                                            .dbeta = all ? dbeta.data() : nullptr,
                                                            .N = N,
                                                            .C = C,
                                                            .training = training,
                                                            .relu = relu,
                                                            .accumulate_dx = accumulate});
      batch_norm_backward(reference_cpu(),
                          BatchNormBackward<double>{.x = x.data(),
                                                    .y = relu ? y.data() : nullptr,
                                                    .gamma = gamma.data(),
                                                    .mean = mean.data(),
                                                    .inv_std = inv_std.data(),
                                                    .dy = dy.data(),
                                                    .dx = want_dx.data(),
                                                    .dgamma = all ? want_dgamma.data() : nullptr,
                                                    .dbeta = all ? want_dbeta.data() : nullptr,
                                                    .N = N,
                                                    .C = C,
                                                    .training = training,
                                                    .relu = relu,
                                                    .accumulate_dx = accumulate});
      expect_close(dx.values(), want_dx, tolerance_of<T>(), "dx");
      expect_close(dgamma.values(), want_dgamma, tolerance_of<T>(), "dgamma");
      expect_close(dbeta.values(), want_dbeta, tolerance_of<T>(), "dbeta");
    }
  }
}

TYPED_TEST(BatchNormCuda, ParametersAloneCanHaveGradients) {
  using T = TypeParam;
  constexpr int64_t N = 9, C = 16;
  const auto x = rows<T>(N, C), dy = rounded<T>(uniform(4, N * C)), ones = std::vector(C, 1.0);
  auto want = std::vector<double>(C, 0.0), want_beta = want;
  const DeviceArray<T> device_x(x), device_dy(dy), gamma(ones), dgamma(want), dbeta(want);
  const DeviceArray<float> mean(ones), inv_std(ones);
  batch_norm_backward(test_cuda(), BatchNormBackward<T>{.x = device_x.data(),
                                                        .y = nullptr,
                                                        .gamma = gamma.data(),
                                                        .mean = mean.data(),
                                                        .inv_std = inv_std.data(),
                                                        .dy = device_dy.data(),
                                                        .dx = nullptr,
                                                        .dgamma = dgamma.data(),
                                                        .dbeta = dbeta.data(),
                                                        .N = N,
                                                        .C = C,
                                                        .training = true});
  for (int64_t i = 0; i < N * C; ++i) {
    want[i % C] += dy[i] * (x[i] - 1);
    want_beta[i % C] += dy[i];
  }
  expect_close(dgamma.values(), want, tolerance_of<T>(), "dgamma");
  expect_close(dbeta.values(), want_beta, tolerance_of<T>(), "dbeta");
}

TYPED_TEST(BatchNormCuda, SumsHaveTheSameBitsAtEveryCall) {
  using T = TypeParam;
  constexpr int64_t N = 2500, C = 8;
  const auto x = rows<T>(N, C), ones = std::vector(C, 1.0);
  const DeviceArray<T> device_x(x), gamma(ones);
  std::vector<std::vector<float>> means, inv_stds;
  for (int call = 0; call < 2; ++call) {
    const DeviceArray<T> y(N * C);
    const DeviceArray<float> mean(C), inv_std(C), running_mean(ones), running_variance(ones);
    batch_norm_forward(test_cuda(), BatchNormForward<T>{.x = device_x.data(),
                                                        .gamma = gamma.data(),
                                                        .beta = gamma.data(),
                                                        .y = y.data(),
                                                        .mean = mean.data(),
                                                        .inv_std = inv_std.data(),
                                                        .running_mean = running_mean.data(),
                                                        .running_variance = running_variance.data(),
                                                        .N = N,
                                                        .C = C,
                                                        .training = true});
    means.push_back(mean.raw());
    inv_stds.push_back(inv_std.raw());
  }
  EXPECT_EQ(means[0], means[1]);
  EXPECT_EQ(inv_stds[0], inv_stds[1]);
}

TYPED_TEST(BatchNormCuda, FoldingMatchesTheReference) {
  using T = TypeParam;
  for (const Sizes size : {Sizes{1, 1}, Sizes{5, 27}, Sizes{3, 300}}) {
    const auto [O, K] = size;
    SCOPED_TRACE(testing::Message() << "O " << O << ", K " << K);
    const auto weight = rounded<T>(uniform(1, O * K)), gamma = rounded<T>(uniform(2, O)),
               beta = rounded<T>(uniform(3, O)), mean = rounded<float>(uniform(4, O)),
               variance = rounded<float>(uniform(5, O, 0.1, 2));
    const DeviceArray<T> device_weight(weight), device_gamma(gamma), device_beta(beta),
        folded(O * K), bias(O);
    const DeviceArray<float> device_mean(mean), device_variance(variance);
    fold_batch_norm(test_cuda(), FoldBatchNorm<T>{.weight = device_weight.data(),
                                                  .gamma = device_gamma.data(),
                                                  .beta = device_beta.data(),
                                                  .running_mean = device_mean.data(),
                                                  .running_variance = device_variance.data(),
                                                  .folded = folded.data(),
                                                  .bias = bias.data(),
                                                  .O = O,
                                                  .K = K});
    std::vector<double> want(weight.size()), want_bias(gamma.size());
    fold_batch_norm(reference_cpu(), FoldBatchNorm<double>{.weight = weight.data(),
                                                           .gamma = gamma.data(),
                                                           .beta = beta.data(),
                                                           .running_mean = mean.data(),
                                                           .running_variance = variance.data(),
                                                           .folded = want.data(),
                                                           .bias = want_bias.data(),
                                                           .O = O,
                                                           .K = K});
    expect_close(folded.values(), want, tolerance_of<T>(), "folded");
    expect_close(bias.values(), want_bias, tolerance_of<T>(), "bias");
  }
}

}  // namespace
}  // namespace storyteller::batch_norm_test
