#include "kernels/optimizer.h"

#include <limits>

#include "kernels/cuda/devices.h"
#include "tests/cuda/device_array.h"

namespace storyteller::optimizer_test {
namespace {

template <class T>
class OptimizerCuda : public testing::Test {};
TYPED_TEST_SUITE(OptimizerCuda, StorageTypes);

// Weights and moments are float whatever the gradient is.
constexpr double kTolerance = 2e-5;

/// Below and above a vector, odd, whole vectors, and more than resident blocks take at once.
std::vector<int64_t> sizes() {
  const int64_t resident = test_cuda().context->properties().multiprocessors * int64_t{2048};
  return {1, 37, 4104, resident + 77};
}

/// The shadow is the new value, rounded.
template <class T>
void expect_rounded(const DeviceArray<T>& shadow, const DeviceArray<float>& x) {
  EXPECT_EQ(shadow.values(), rounded<T>(x.values()));
}

/// What a sum of squares and a bound of the norm mean: within it, above it, no bound, no sum.
struct Clip {
  bool with_sum;
  double sum, max_norm, clip_value;
};
constexpr Clip kClips[] = {
    {true, 64, 8.5, 0}, {true, 64, 2, 0}, {true, 64, 2, 0.1}, {true, 64, 0, 0}, {false, 0, 2, 0.3}};

TYPED_TEST(OptimizerCuda, SgdMatchesTheReference) {
  using T = TypeParam;
  for (const int64_t n : sizes()) {
    for (const Clip& clip : kClips) {
      for (const float momentum : {0.0F, 0.875F}) {
        SCOPED_TRACE(testing::Message() << "n " << n << ", bound " << clip.max_norm << " and "
                                        << clip.clip_value << ", momentum " << momentum);
        auto x = rounded<float>(uniform(1, n)), m = rounded<float>(uniform(3, n));
        const auto dx = rounded<T>(uniform(2, n));
        const DeviceArray<float> device_x(x), device_m(m);
        const DeviceArray<T> device_dx(dx), shadow(n);
        const DeviceArray<double> sum(std::vector<double>{clip.sum});
        const bool nesterov = clip.clip_value == 0;
        sgd_step(test_cuda(),
                 SgdStep<T>{.x = device_x.data(),
                            .shadow = shadow.data(),
                            .dx = device_dx.data(),
                            .momentum = momentum == 0 ? nullptr : device_m.data(),
                            .n = n,
                            .rate = 0.125F,
                            .momentum_factor = momentum,
                            .weight_decay = 0.25F,
                            .nesterov = nesterov,
                            .gradient = {.sum_of_squares = clip.with_sum ? sum.data() : nullptr,
                                         .max_norm = clip.max_norm,
                                         .clip_value = static_cast<float>(clip.clip_value)}});
        sgd_step(reference_cpu(),
                 SgdStep<double>{.x = x.data(),
                                 .dx = dx.data(),
                                 .momentum = momentum == 0 ? nullptr : m.data(),
                                 .n = n,
                                 .rate = 0.125,
                                 .momentum_factor = momentum,
                                 .weight_decay = 0.25,
                                 .nesterov = nesterov,
                                 .gradient = {.sum_of_squares = clip.with_sum ? &clip.sum : nullptr,
                                              .max_norm = clip.max_norm,
                                              .clip_value = clip.clip_value}});
        expect_close(device_x.values(), x, kTolerance, "x");
        expect_close(device_m.values(), m, kTolerance, "momentum");
        expect_rounded(shadow, device_x);
      }
    }
  }
}

TYPED_TEST(OptimizerCuda, AdamMatchesTheReference) {
  using T = TypeParam;
  for (const int64_t n : sizes()) {
    for (const Clip& clip : kClips) {
      for (const bool decoupled : {false, true}) {
        SCOPED_TRACE(testing::Message() << "n " << n << ", bound " << clip.max_norm << " and "
                                        << clip.clip_value << ", decoupled " << decoupled);
        auto x = rounded<float>(uniform(1, n)), m = rounded<float>(uniform(3, n)),
             v = rounded<float>(uniform(4, n, 0, 1));
        const auto dx = rounded<T>(uniform(2, n));
        const DeviceArray<float> device_x(x), device_m(m), device_v(v);
        const DeviceArray<T> device_dx(dx), shadow(n);
        const DeviceArray<double> sum(std::vector<double>{clip.sum});
        adam_step(test_cuda(),
                  AdamStep<T>{.x = device_x.data(),
                              .shadow = shadow.data(),
                              .dx = device_dx.data(),
                              .m = device_m.data(),
                              .v = device_v.data(),
                              .n = n,
                              .step = 3,
                              .rate = 0.1,
                              .epsilon = 1e-3,
                              .weight_decay = 0.25,
                              .decoupled = decoupled,
                              .gradient = {.sum_of_squares = clip.with_sum ? sum.data() : nullptr,
                                           .max_norm = clip.max_norm,
                                           .clip_value = static_cast<float>(clip.clip_value)}});
        adam_step(
            reference_cpu(),
            AdamStep<double>{.x = x.data(),
                             .dx = dx.data(),
                             .m = m.data(),
                             .v = v.data(),
                             .n = n,
                             .step = 3,
                             .rate = 0.1,
                             .epsilon = 1e-3,
                             .weight_decay = 0.25,
                             .decoupled = decoupled,
                             .gradient = {.sum_of_squares = clip.with_sum ? &clip.sum : nullptr,
                                          .max_norm = clip.max_norm,
                                          .clip_value = clip.clip_value}});
        // Adam's step is the gradient over its own root mean square: an error of m counts whole.
        expect_close(device_x.values(), x, 5 * kTolerance, "x");
        expect_close(device_m.values(), m, kTolerance, "m");
        expect_close(device_v.values(), v, kTolerance, "v");
        expect_rounded(shadow, device_x);
      }
    }
  }
}

TYPED_TEST(OptimizerCuda, AverageMatchesTheReference) {
  using T = TypeParam;
  const DeviceArray<double> finite(std::vector<double>{3.5});
  for (const int64_t n : sizes()) {
    for (const double* sum : std::initializer_list<const double*>{nullptr, finite.data()}) {
      const auto x = rounded<float>(uniform(1, n));
      auto average = rounded<float>(uniform(2, n));
      const DeviceArray<float> device_x(x), device_average(average);
      average_step(test_cuda(), AverageStep<T>{.x = device_x.data(),
                                               .average = device_average.data(),
                                               .n = n,
                                               .decay = 0.9,
                                               .sum_of_squares = sum});
      average_step(
          reference_cpu(),
          AverageStep<double>{.x = x.data(), .average = average.data(), .n = n, .decay = 0.9});
      expect_close(device_average.values(), average, kTolerance, "average");
    }
  }
}

TYPED_TEST(OptimizerCuda, NothingIsWrittenWhereTheGradientIsNotFinite) {
  using T = TypeParam;
  constexpr int64_t n = 40;
  const auto start = rounded<T>(uniform(1, n));
  for (const double bad : {HUGE_VAL, -HUGE_VAL, std::nan("")}) {
    const DeviceArray<double> sum(std::vector<double>{bad});
    const DeviceArray<T> dx(std::vector<double>(n, NAN)), shadow(start);
    const DeviceArray<float> x(start), m(start), v(start), from(std::vector<double>(n, 7));
    const GradientScaling<T> gradient{.sum_of_squares = sum.data()};
    sgd_step(test_cuda(), SgdStep<T>{.x = x.data(),
                                     .shadow = shadow.data(),
                                     .dx = dx.data(),
                                     .momentum = m.data(),
                                     .n = n,
                                     .rate = 1,
                                     .momentum_factor = 0.5F,
                                     .gradient = gradient});
    adam_step(test_cuda(), AdamStep<T>{.x = x.data(),
                                       .shadow = shadow.data(),
                                       .dx = dx.data(),
                                       .m = m.data(),
                                       .v = v.data(),
                                       .n = n,
                                       .step = 1,
                                       .rate = 1,
                                       .gradient = gradient});
    average_step(test_cuda(), AverageStep<T>{.x = from.data(),
                                             .average = v.data(),
                                             .n = n,
                                             .decay = 0.5,
                                             .sum_of_squares = sum.data()});
    EXPECT_EQ(x.values(), start);
    EXPECT_EQ(m.values(), start);
    EXPECT_EQ(v.values(), start);
    EXPECT_EQ(shadow.values(), start);
  }
}

TYPED_TEST(OptimizerCuda, ShadowAndMomentumMayBeLeftOut) {
  using T = TypeParam;
  constexpr int64_t n = 40;
  const auto start = rounded<float>(uniform(1, n)), dx = rounded<T>(uniform(2, n));
  const DeviceArray<T> device_dx(dx);
  const DeviceArray<float> x(start);
  sgd_step(
      test_cuda(),
      SgdStep<T>{.x = x.data(), .dx = device_dx.data(), .momentum = nullptr, .n = n, .rate = 0.5F});
  std::vector<double> want = start;
  for (size_t i = 0; i < want.size(); ++i) want[i] -= 0.5 * dx[i];
  expect_close(x.values(), want, kTolerance, "x");
}

template <class T>
double sum_on_device(const DeviceArray<T>& x, int64_t n, const float* guard = nullptr,
                     const float* watched = nullptr) {
  const DeviceArray<double> partial(sum_of_squares_blocks(n) + 1), sum(1);
  sum_of_squares(test_cuda(), SumOfSquares<T>{.x = x.data(),
                                              .partial = partial.data(),
                                              .sum = sum.data(),
                                              .n = n,
                                              .guard = guard,
                                              .watched = watched});
  return sum.values()[0];
}

TYPED_TEST(OptimizerCuda, SumOfSquaresMissesNothingAndIsTheSameOnEveryRun) {
  using T = TypeParam;
  // The last has more blocks than one block has threads to add them up.
  for (const int64_t n :
       {int64_t{0}, int64_t{1}, int64_t{37}, kSumOfSquaresBlock, 2 * kSumOfSquaresBlock + 8,
        3 * kSumOfSquaresBlock + 1, 7 * kSumOfSquaresBlock - 5, 257 * kSumOfSquaresBlock + 16}) {
    const auto x = rounded<T>(uniform(3, n));
    double want = 0;
    for (const double value : x) want += value * value;
    const DeviceArray<T> device_x(x);
    const double got = sum_on_device(device_x, n);
    EXPECT_NEAR(got, want, 1e-11 * want) << n;
    EXPECT_EQ(sum_on_device(device_x, n), got) << n;
  }
}

TYPED_TEST(OptimizerCuda, SumOfSquaresShowsWhatIsNotFinite) {
  using T = TypeParam;
  constexpr int64_t n = 40001;
  for (const double bad : {HUGE_VAL, -HUGE_VAL, std::nan("")}) {
    for (const size_t at : {size_t{0}, size_t{16383}, size_t{20000}, size_t{40000}}) {
      std::vector<double> x(n, 1);
      x[at] = bad;
      EXPECT_FALSE(std::isfinite(sum_on_device(DeviceArray<T>(x), n))) << bad << " at " << at;
    }
  }
}

TYPED_TEST(OptimizerCuda, SumOfSquaresIsFiniteOnlyWhereTheGuardIs) {
  using T = TypeParam;
  const DeviceArray<T> x(std::vector<double>{1, 2, 3});
  for (const double guard : {0.0, -7.0, 1e38, HUGE_VAL, std::nan("")}) {
    const DeviceArray<float> device_guard(std::vector<double>{guard});
    const double sum = sum_on_device(x, 3, device_guard.data());
    EXPECT_EQ(sum == 14, std::isfinite(guard));
    EXPECT_EQ(std::isfinite(sum), std::isfinite(guard));
  }
}

TYPED_TEST(OptimizerCuda, SumOfSquaresIsFiniteOnlyWhereWhatIsWatchedIs) {
  using T = TypeParam;
  for (const int64_t n : {int64_t{37}, 2 * kSumOfSquaresBlock + 8}) {
    const DeviceArray<T> x(rounded<T>(uniform(3, n)));
    std::vector<double> watched(static_cast<size_t>(n), -7);
    watched[1] = 3e38;
    EXPECT_EQ(sum_on_device(x, n, nullptr, DeviceArray<float>(watched).data()),
              sum_on_device(x, n));
    for (const double bad : {HUGE_VAL, -HUGE_VAL, std::nan("")}) {
      for (const int64_t at : {int64_t{0}, n / 2, n - 1}) {
        std::vector<double> poisoned = watched;
        poisoned[static_cast<size_t>(at)] = bad;
        const double sum = sum_on_device(x, n, nullptr, DeviceArray<float>(poisoned).data());
        EXPECT_FALSE(std::isfinite(sum)) << bad << " at " << at << " of " << n;
      }
    }
  }
}

TYPED_TEST(OptimizerCuda, SumOfSquaresOfLargeFloatsDoesNotOverflow) {
  using T = TypeParam;
  const auto x = rounded<T>(std::vector<double>(100, 1e30));
  EXPECT_NEAR(sum_on_device(DeviceArray<T>(x), 100) / (100 * x[0] * x[0]), 1, 1e-12);
}

TYPED_TEST(OptimizerCuda, NothingIsNoError) {
  using T = TypeParam;
  sgd_step(test_cuda(),
           SgdStep<T>{.x = nullptr, .dx = nullptr, .momentum = nullptr, .n = 0, .rate = 1});
  adam_step(
      test_cuda(),
      AdamStep<T>{
          .x = nullptr, .dx = nullptr, .m = nullptr, .v = nullptr, .n = 0, .step = 1, .rate = 1});
  average_step(test_cuda(), AverageStep<T>{.x = nullptr, .average = nullptr, .n = 0, .decay = 0.5});
}

}  // namespace
}  // namespace storyteller::optimizer_test
