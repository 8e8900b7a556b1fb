#include "kernels/row_loss.h"

#include "tests/cuda/device_array.h"

namespace storyteller::row_loss_test {
namespace {

template <class T>
class RowLossCuda : public testing::Test {};
TYPED_TEST_SUITE(RowLossCuda, StorageTypes);

TYPED_TEST(RowLossCuda, MeanIsTheSumOverTheNormaliser) {
  using T = TypeParam;
  for (const int64_t N : {1, 31, 255, 257, 1003}) {
    const auto losses = rounded<float>(uniform(1, N, 0, 9));
    const DeviceArray<float> device_losses(losses), mean(1), again(1);
    const double normaliser = static_cast<double>(N) - 0.5;
    double sum = 0;
    for (double loss : losses) sum += loss;
    for (const auto* out : {&mean, &again}) {
      row_loss_mean(
          test_cuda(),
          RowLossMean<T>{
              .loss = device_losses.data(), .mean = out->data(), .N = N, .normaliser = normaliser});
    }
    expect_close(mean.values(), {sum / normaliser}, 1e-7, "mean");
    EXPECT_EQ(mean.values(), again.values());
  }
}

TYPED_TEST(RowLossCuda, NanIsNotLost) {
  using T = TypeParam;
  auto losses = uniform(1, 300);
  losses[299] = NAN;
  const DeviceArray<float> device_losses(losses), mean(1);
  row_loss_mean(
      test_cuda(),
      RowLossMean<T>{.loss = device_losses.data(), .mean = mean.data(), .N = 300, .normaliser = 1});
  EXPECT_TRUE(std::isnan(mean.values()[0]));
}

TYPED_TEST(RowLossCuda, ScalesByANumberOfTheDevice) {
  using T = TypeParam;
  for (const int64_t n : {0, 1, 7, 1000, 2056, 4099}) {  // with and without 16-byte accesses
    for (const double scale : {1.0, -0.75, 0.0}) {
      const auto x = rounded<T>(uniform(2, n));
      const DeviceArray<T> device_x(x);
      const DeviceArray<float> factor(std::vector<double>{scale});
      row_loss_scale(test_cuda(),
                     RowLossScale<T>{.dmean = factor.data(), .x = device_x.data(), .n = n});
      auto wanted = x;
      for (double& value : wanted) value *= scale;
      expect_close(device_x.values(), wanted, tolerance_of<T>(), "x");
    }
  }
}

}  // namespace
}  // namespace storyteller::row_loss_test
