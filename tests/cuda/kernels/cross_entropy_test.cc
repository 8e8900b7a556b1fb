#include "kernels/cross_entropy.h"

#include "tests/cuda/device_array.h"

namespace storyteller::cross_entropy_test {
namespace {

template <class T>
class CrossEntropyCuda : public testing::Test {};
TYPED_TEST_SUITE(CrossEntropyCuda, StorageTypes);

// Arithmetic is float whatever is stored.
constexpr double kLossTolerance = 2e-5;

struct Sizes {
  int64_t N, V;
};
// Rows in few and in many registers and rows that are read twice; of each some that are whole
// vectors of both types, of float alone, and of none; the greatest that registers hold.
constexpr Sizes kSizes[] = {{1, 1},    {3, 37},    {5, 40},    {2, 2997},  {2, 4096},  {3, 4097},
                            {2, 4100}, {2, 10000}, {2, 12288}, {1, 12289}, {3, 13000}, {2, 20001}};

struct Setting {
  bool masked, weighted;
  double smoothing;
};
constexpr Setting kSettings[] = {{false, false, 0}, {true, true, 0}, {true, true, 0.125}};

template <class T>
struct Case {
  Case(Sizes size, Setting setting)
      : N(size.N),
        V(size.V),
        smoothing(setting.smoothing),
        logits(rounded<T>(uniform(1, N * V, -6, 6))),
        weight(rounded<float>(uniform(2, N, -0.5, 1.5))) {
    const auto draws = uniform(3, N, 0, 1);
    for (int64_t n = 0; n < N; ++n) {
      const bool mask = setting.masked && n % 3 == 1;
      target.push_back(mask ? -1 : static_cast<int32_t>(draws[n] * static_cast<double>(V)));
    }
    if (!setting.weighted) weight.clear();
  }

  /// Of the device: loss, and what is left in the logits' place.
  void run(bool with_gradient) {
    const DeviceArray<T> x(logits);
    const DeviceArray<int32_t> device_target(target);
    const DeviceArray<float> device_weight(weight), device_loss(N);
    cross_entropy(test_cuda(),
                  CrossEntropy<T>{.logits = x.data(),
                                  .target = device_target.data(),
                                  .weight = weight.empty() ? nullptr : device_weight.data(),
                                  .loss = device_loss.data(),
                                  .N = N,
                                  .V = V,
                                  .smoothing = static_cast<float>(smoothing),
                                  .scale = 0.25F,
                                  .with_gradient = with_gradient});
    loss = device_loss.values();
    left = x.values();
  }

  int64_t N, V;
  double smoothing;
  std::vector<double> logits, weight;
  std::vector<int32_t> target;
  std::vector<double> loss, left;
};

/// Each element to a few roundings of what it is made of: p_v, the target's one, the smoothing.
template <class T>
void expect_gradient(const Case<T>& c, const std::vector<double>& want) {
  const double tolerance = std::is_same_v<T, bfloat16> ? 6e-3 : 2e-5;
  for (int64_t i = 0; i < c.N * c.V; ++i) {
    const double weight = c.weight.empty() ? 1 : std::abs(c.weight[i / c.V]);
    const double unit = 0.25 * weight / static_cast<double>(c.V);
    ASSERT_NEAR(c.left[i], want[i], tolerance * (std::abs(want[i]) + unit))
        << "row " << i / c.V << ", word " << i % c.V;
  }
}

TYPED_TEST(CrossEntropyCuda, LossAndGradientMatchTheReference) {
  using T = TypeParam;
  for (const Sizes size : kSizes) {
    for (const Setting setting : kSettings) {
      SCOPED_TRACE(testing::Message() << "N " << size.N << ", V " << size.V << ", smoothing "
                                      << setting.smoothing << ", masked " << setting.masked);
      Case<T> c(size, setting);
      std::vector<double> gradient = c.logits, loss(static_cast<size_t>(c.N));
      cross_entropy(reference_cpu(),
                    CrossEntropy<double>{.logits = gradient.data(),
                                         .target = c.target.data(),
                                         .weight = c.weight.empty() ? nullptr : c.weight.data(),
                                         .loss = loss.data(),
                                         .N = c.N,
                                         .V = c.V,
                                         .smoothing = c.smoothing,
                                         .scale = 0.25});
      c.run(true);
      expect_close(c.loss, loss, kLossTolerance, "loss");
      expect_gradient(c, gradient);
      c.run(false);
      expect_close(c.loss, loss, kLossTolerance, "loss without the gradient");
      EXPECT_EQ(c.left, c.logits) << "logits without the gradient";
    }
  }
}

/// Loss of one row, whose logits become their gradient.
template <class T>
double loss_of(std::vector<double>& logits, int32_t target) {
  const DeviceArray<T> x(logits);
  const DeviceArray<int32_t> device_target(std::vector<int32_t>{target});
  const DeviceArray<float> loss(1);
  cross_entropy(test_cuda(), CrossEntropy<T>{.logits = x.data(),
                                             .target = device_target.data(),
                                             .weight = nullptr,
                                             .loss = loss.data(),
                                             .N = 1,
                                             .V = static_cast<int64_t>(logits.size())});
  logits = x.values();
  return loss.values()[0];
}

TYPED_TEST(CrossEntropyCuda, LargeLogitsDoNotOverflow) {
  using T = TypeParam;
  for (const size_t V : {size_t{37}, size_t{12304}}) {
    std::vector<double> x(V, -1024);
    x[5] = 1024;
    x[V - 1] = 0;
    std::vector<double> sure = x, wrong = x;
    EXPECT_NEAR(loss_of<T>(sure, 5), 0, 1e-6);
    EXPECT_NEAR(sure[5], 0, 1e-6);
    EXPECT_NEAR(loss_of<T>(wrong, 0), 2048, 1e-3);
    EXPECT_NEAR(wrong[0], -1, 1e-6);
    EXPECT_NEAR(wrong[5], 1, 1e-6);
    EXPECT_NEAR(wrong[V - 1], 0, 1e-6);
  }
}

TYPED_TEST(CrossEntropyCuda, WordsOfMinusInfinityHaveNoGradient) {
  using T = TypeParam;
  for (const size_t V : {size_t{40}, size_t{12304}}) {
    std::vector<double> x(V, -HUGE_VAL);
    x[V - 2] = x[V - 1] = 1;
    EXPECT_NEAR(loss_of<T>(x, static_cast<int32_t>(V - 2)), std::log(2.0), 1e-6);
    EXPECT_EQ(x[0], 0);
    EXPECT_NEAR(x[V - 2], -0.5, 1e-6);
    EXPECT_NEAR(x[V - 1], 0.5, 1e-6);
  }
}

TYPED_TEST(CrossEntropyCuda, NaNIsNotHidden) {
  using T = TypeParam;
  for (const size_t V : {size_t{37}, size_t{12304}}) {
    for (const size_t at : {size_t{0}, size_t{5}, V - 1}) {
      std::vector<double> logits(V, 1);
      logits[at] = NAN;
      EXPECT_TRUE(std::isnan(loss_of<T>(logits, 5))) << "NaN at " << at << " of " << V;
    }
  }
}

TYPED_TEST(CrossEntropyCuda, NothingIsNoError) {
  using T = TypeParam;
  cross_entropy(test_cuda(), CrossEntropy<T>{.logits = nullptr,
                                             .target = nullptr,
                                             .weight = nullptr,
                                             .loss = nullptr,
                                             .N = 0,
                                             .V = 5});
}

}  // namespace
}  // namespace storyteller::cross_entropy_test
