#include "kernels/optimizer.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/serialization/safetensors.h"
#include "tests/kernels/kernel_test.h"

namespace storyteller::optimizer_test {
namespace {

constexpr int64_t kSize = 16, kSteps = 10;  // of tests/goldens/make_optimizer_goldens.py

template <class T>
std::vector<T> golden(const std::string& name) {
  static const SafetensorsFile file =
      SafetensorsFile::open(STORYTELLER_SOURCE_DIR "/tests/goldens/optimizer.safetensors");
  const std::string full = (std::is_same_v<T, double> ? "float64." : "float32.") + name;
  std::vector<double> values(static_cast<size_t>(element_count(file.find(full).shape)));
  file.read_double(full, values);
  return {values.begin(), values.end()};
}

/// Ten steps from the golden start, held to PyTorch's path after each of them.
template <class T>
void expect_path(const std::string& optimizer,
                 const std::function<void(T* x, const T* dx, int64_t step)>& step) {
  std::vector<T> x = golden<T>("start");
  const std::vector<T> gradients = golden<T>("gradients"), path = golden<T>(optimizer);
  for (int64_t t = 0; t < kSteps; ++t) {
    step(x.data(), gradients.data() + t * kSize, t + 1);
    for (int64_t i = 0; i < kSize; ++i) {
      const double wanted = path[t * kSize + i];
      ASSERT_NEAR(x[i], wanted, (std::is_same_v<T, double> ? 1e-9 : 1e-5) * std::abs(wanted))
          << optimizer << ", step " << t + 1 << ", element " << i;
    }
  }
}

template <class T>
class OptimizerTest : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(OptimizerTest, Types);

TYPED_TEST(OptimizerTest, SgdTakesThePathOfPyTorch) {
  using T = TypeParam;
  struct Setting {
    const char* name;
    T momentum, decay;
    bool nesterov;
  };
  for (const Setting& s : {Setting{"sgd", 0, 0, false}, Setting{"sgd_momentum", T(0.9), 0, false},
                           Setting{"sgd_nesterov", T(0.9), 0, true},
                           Setting{"sgd_momentum_decay", T(0.9), T(0.01), false}}) {
    std::vector<T> momentum(kSize, 0);
    expect_path<T>(s.name, [&](T* x, const T* dx, int64_t) {
      sgd_step(test_cpu(), SgdStep<T>{.x = x,
                                      .dx = dx,
                                      .momentum = s.momentum == 0 ? nullptr : momentum.data(),
                                      .n = kSize,
                                      .rate = T(0.1),
                                      .momentum_factor = s.momentum,
                                      .weight_decay = s.decay,
                                      .nesterov = s.nesterov});
    });
  }
}

TYPED_TEST(OptimizerTest, AdamTakesThePathOfPyTorch) {
  using T = TypeParam;
  struct Setting {
    const char* name;
    double decay;
    bool decoupled;
  };
  for (const Setting& s : {Setting{"adam", 0, false}, Setting{"adam_decay", 0.1, false},
                           Setting{"adamw", 0.1, true}}) {
    std::vector<T> m(kSize, 0), v(kSize, 0);
    expect_path<T>(s.name, [&](T* x, const T* dx, int64_t step) {
      adam_step(test_cpu(), AdamStep<T>{.x = x,
                                        .dx = dx,
                                        .m = m.data(),
                                        .v = v.data(),
                                        .n = kSize,
                                        .step = step,
                                        .rate = 0.01,
                                        .weight_decay = s.decay,
                                        .decoupled = s.decoupled});
    });
  }
}

TYPED_TEST(OptimizerTest, GradientsAreScaledAndThenClipped) {
  using T = TypeParam;
  constexpr int64_t n = 37;
  const auto start = random_values<T>(1, n);
  auto dx = random_values<T>(2, n);
  for (T& g : dx) g *= 10;
  const double sum_of_squares = 64;
  const T scale = T(0.25), limit = 1;
  std::vector<T> clipped;
  for (const T g : dx) clipped.push_back(std::clamp(scale * g, -limit, limit));
  const GradientScaling<T> scaling{
      .sum_of_squares = &sum_of_squares, .max_norm = 2, .clip_value = limit};
  const auto sgd = [&](const std::vector<T>& g, const GradientScaling<T>& how, bool momentum) {
    std::vector<T> x = start, m(n, 0);
    sgd_step(test_cpu(), SgdStep<T>{.x = x.data(),
                                    .dx = g.data(),
                                    .momentum = momentum ? m.data() : nullptr,
                                    .n = n,
                                    .rate = 1,
                                    .momentum_factor = momentum ? T(0.5) : T{0},
                                    .gradient = how});
    return x;
  };
  const auto adam = [&](const std::vector<T>& g, const GradientScaling<T>& how) {
    std::vector<T> x = start, m(n, 0), v(n, 0);
    // A large epsilon: with a small one the first step is the sign of the gradient alone.
    adam_step(test_cpu(), AdamStep<T>{.x = x.data(),
                                      .dx = g.data(),
                                      .m = m.data(),
                                      .v = v.data(),
                                      .n = n,
                                      .step = 1,
                                      .rate = 1,
                                      .epsilon = 1,
                                      .gradient = how});
    return x;
  };
  for (int64_t i = 0; i < n; ++i) {
    EXPECT_NEAR(sgd(dx, scaling, false)[i], start[i] - clipped[i], 1e-6);
    EXPECT_NEAR(sgd(dx, scaling, true)[i], start[i] - clipped[i], 1e-6);
    EXPECT_NEAR(adam(dx, scaling)[i], adam(clipped, {})[i], 1e-6);
    EXPECT_NEAR(sgd(dx, {.sum_of_squares = &sum_of_squares, .max_norm = 2}, false)[i],
                start[i] - scale * dx[i], 1e-5);
  }
  // A norm within the bound, no bound, no norm: the gradient stays as it is.
  for (const GradientScaling<T>& none :
       {GradientScaling<T>{.sum_of_squares = &sum_of_squares, .max_norm = 8},
        GradientScaling<T>{.sum_of_squares = &sum_of_squares}, GradientScaling<T>{.max_norm = 2}}) {
    EXPECT_EQ(sgd(dx, none, true), sgd(dx, {}, true));
    EXPECT_EQ(adam(dx, none), adam(dx, {}));
  }
}

TYPED_TEST(OptimizerTest, NothingIsWrittenWhereTheGradientIsNotFinite) {
  using T = TypeParam;
  constexpr int64_t n = 37;
  const auto start = random_values<T>(1, n), dx = random_values<T>(2, n);
  for (const double sum : {HUGE_VAL, -HUGE_VAL, std::nan("")}) {
    std::vector<T> x = start, m = start, v = start;
    const GradientScaling<T> gradient{.sum_of_squares = &sum, .max_norm = 1};
    sgd_step(test_cpu(), SgdStep<T>{.x = x.data(),
                                    .dx = dx.data(),
                                    .momentum = m.data(),
                                    .n = n,
                                    .rate = 1,
                                    .momentum_factor = T(0.5),
                                    .gradient = gradient});
    adam_step(test_cpu(), AdamStep<T>{.x = x.data(),
                                      .dx = dx.data(),
                                      .m = m.data(),
                                      .v = v.data(),
                                      .n = n,
                                      .step = 1,
                                      .rate = 1,
                                      .gradient = gradient});
    average_step(
        test_cpu(),
        AverageStep<T>{
            .x = dx.data(), .average = v.data(), .n = n, .decay = 0.5, .sum_of_squares = &sum});
    EXPECT_EQ(x, start);
    EXPECT_EQ(m, start);
    EXPECT_EQ(v, start);
  }
}

TYPED_TEST(OptimizerTest, SumOfSquaresHasTheSameBitsForEveryThreadCount) {
  using T = TypeParam;
  for (const int64_t n : {int64_t{0}, int64_t{1}, int64_t{37}, kSumOfSquaresBlock,
                          3 * kSumOfSquaresBlock + 1, 7 * kSumOfSquaresBlock - 5}) {
    const auto x = random_values<T>(3, n);
    double exact = 0;
    for (const T value : x) exact += static_cast<double>(value) * static_cast<double>(value);
    std::vector<double> partial(static_cast<size_t>(sum_of_squares_blocks(n)) + 1, NAN), sums;
    for (int threads : {1, 2, 3}) {
      const ThreadCount scope(threads);
      double sum = NAN;
      sum_of_squares(
          test_cpu(),
          SumOfSquares<T>{.x = x.data(), .partial = partial.data(), .sum = &sum, .n = n});
      EXPECT_NEAR(sum, exact, 1e-12 * exact);
      sums.push_back(sum);
    }
    EXPECT_EQ(sums[1], sums[0]);
    EXPECT_EQ(sums[2], sums[0]);
  }
}

TYPED_TEST(OptimizerTest, SumOfSquaresShowsWhatIsNotFinite) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  for (const T bad : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()}) {
    for (const size_t at : {size_t{0}, size_t{16383}, size_t{20000}, size_t{40000}}) {
      std::vector<T> x(40001, T{1});
      x[at] = bad;
      std::vector<double> partial(static_cast<size_t>(sum_of_squares_blocks(40001)));
      double sum = 0;
      sum_of_squares(
          test_cpu(),
          SumOfSquares<T>{.x = x.data(), .partial = partial.data(), .sum = &sum, .n = 40001});
      EXPECT_FALSE(std::isfinite(sum));
    }
  }
}

TYPED_TEST(OptimizerTest, SumOfSquaresIsFiniteOnlyWhereTheGuardIs) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  const std::vector<T> x = {1, 2, 3};
  for (const T guard : {T{0}, T{-7}, Limits::max(), Limits::infinity(), Limits::quiet_NaN()}) {
    double partial = 0, sum = 0;
    sum_of_squares(
        test_cpu(),
        SumOfSquares<T>{.x = x.data(), .partial = &partial, .sum = &sum, .n = 3, .guard = &guard});
    EXPECT_EQ(sum == 14, std::isfinite(guard));
    EXPECT_EQ(std::isfinite(sum), std::isfinite(guard));
  }
}

TYPED_TEST(OptimizerTest, SumOfSquaresIsFiniteOnlyWhereWhatIsWatchedIs) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  constexpr int64_t n = 2 * kSumOfSquaresBlock + 5;
  const std::vector<T> x = random_values<T>(3, n);
  const auto sum_beside = [&](const std::vector<T>& watched) {
    std::vector<double> partial(static_cast<size_t>(sum_of_squares_blocks(n)));
    double sum = 0;
    sum_of_squares(test_cpu(),
                   SumOfSquares<T>{.x = x.data(),
                                   .partial = partial.data(),
                                   .sum = &sum,
                                   .n = n,
                                   .watched = watched.empty() ? nullptr : watched.data()});
    return sum;
  };
  std::vector<T> watched(n, T{-7});
  watched[1] = Limits::max();
  EXPECT_EQ(sum_beside(watched), sum_beside({}));
  for (const T bad : {Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN()}) {
    for (const int64_t at : {int64_t{0}, kSumOfSquaresBlock, n - 1}) {
      const T good = std::exchange(watched[static_cast<size_t>(at)], bad);
      EXPECT_FALSE(std::isfinite(sum_beside(watched))) << bad << " at " << at;
      watched[static_cast<size_t>(at)] = good;
    }
  }
}

TEST(SumOfSquares, OfLargeFloatsDoesNotOverflow) {
  const std::vector<float> x(100, 1e30F);
  double partial = 0, sum = 0;
  sum_of_squares(test_cpu(),
                 SumOfSquares<float>{.x = x.data(), .partial = &partial, .sum = &sum, .n = 100});
  EXPECT_NEAR(sum / 1e62, 1, 1e-6);
}

TYPED_TEST(OptimizerTest, StepsHaveTheSameBitsForEveryThreadCount) {
  using T = TypeParam;
  constexpr int64_t n = 40003;
  const auto start = random_values<T>(1, n), dx = random_values<T>(2, n);
  const auto run = [&](int threads) {
    const ThreadCount scope(threads);
    std::vector<T> x = start, m(n, 0), v(n, 0);
    adam_step(test_cpu(), AdamStep<T>{.x = x.data(),
                                      .dx = dx.data(),
                                      .m = m.data(),
                                      .v = v.data(),
                                      .n = n,
                                      .step = 1,
                                      .rate = 0.01});
    sgd_step(test_cpu(), SgdStep<T>{.x = x.data(),
                                    .dx = dx.data(),
                                    .momentum = m.data(),
                                    .n = n,
                                    .rate = T(0.1),
                                    .momentum_factor = T(0.9)});
    return x;
  };
  EXPECT_EQ(run(2), run(1));
  EXPECT_EQ(run(3), run(1));
}

TYPED_TEST(OptimizerTest, AverageFollowsItsFormula) {
  using T = TypeParam;
  constexpr int64_t n = 101;
  const auto start = random_values<T>(1, n), x = random_values<T>(2, n);
  std::vector<T> average = start;
  average_step(test_cpu(),
               AverageStep<T>{.x = x.data(), .average = average.data(), .n = n, .decay = 0.75});
  for (int64_t i = 0; i < n; ++i) EXPECT_NEAR(average[i], 0.75 * start[i] + 0.25 * x[i], 1e-7);
}

}  // namespace
}  // namespace storyteller::optimizer_test
