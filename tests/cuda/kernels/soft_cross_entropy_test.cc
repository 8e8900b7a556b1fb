#include "kernels/soft_cross_entropy.h"

#include "tests/cuda/device_array.h"

namespace storyteller::soft_cross_entropy_test {
namespace {

template <class T>
class SoftCrossEntropyCuda : public testing::Test {};
TYPED_TEST_SUITE(SoftCrossEntropyCuda, StorageTypes);

struct Sizes {
  int64_t N, V;
};
// One element, parts of a vector, whole vectors of both types, of float alone and of none; rows
// that a block takes in one turn and in several.
constexpr Sizes kSizes[] = {{1, 1},    {3, 37},   {5, 40},    {2, 516},
                            {2, 2997}, {2, 4104}, {3, 13000}, {2, 5001}};

struct Setting {
  bool masked, weighted;
};
constexpr Setting kSettings[] = {{false, false}, {true, true}};

/// What `scale` times the softmax of the logits is on the device, added to `held` unless that is
/// empty.
template <class T>
std::vector<double> device_softmax(const std::vector<double>& logits, Sizes size, double scale,
                                   const std::vector<double>& held = {}) {
  const DeviceArray<T> x(logits);
  const DeviceArray<float> nothing(size.N * size.V), before(held);
  const DeviceArray<float>& q = held.empty() ? nothing : before;
  add_softmax(test_cuda(), AddSoftmax<T>{.x = x.data(),
                                         .q = q.data(),
                                         .N = size.N,
                                         .V = size.V,
                                         .scale = static_cast<float>(scale),
                                         .accumulate = !held.empty()});
  return q.values();
}

std::vector<double> softmax(const std::vector<double>& logits, Sizes size, double scale,
                            std::vector<double> held = {}) {
  const bool accumulate = !held.empty();
  held.resize(logits.size());
  add_softmax(reference_cpu(), AddSoftmax<double>{.x = logits.data(),
                                                  .q = held.data(),
                                                  .N = size.N,
                                                  .V = size.V,
                                                  .scale = scale,
                                                  .accumulate = accumulate});
  return held;
}

template <class T>
struct Case {
  Case(Sizes size, Setting setting)
      : size(size),
        logits(rounded<T>(uniform(1, size.N * size.V, -6, 6))),
        q(rounded<float>(softmax(uniform(2, size.N * size.V, -6, 6), size, 1))),
        weight(rounded<float>(uniform(3, size.N, -0.5, 1.5))) {
    for (int64_t n = 0; n < size.N; ++n) target.push_back(n % 3 == 1 ? -1 : 0);
    if (!setting.weighted) weight.clear();
    if (!setting.masked) target.clear();
  }

  /// Of the device: loss, and what is left in the logits' place.
  void run(bool with_gradient) {
    const DeviceArray<T> x(logits);
    const DeviceArray<int32_t> device_target(target);
    const DeviceArray<float> device_q(q), device_weight(weight), device_loss(size.N);
    soft_cross_entropy(
        test_cuda(), SoftCrossEntropy<T>{.logits = x.data(),
                                         .q = device_q.data(),
                                         .target = target.empty() ? nullptr : device_target.data(),
                                         .weight = weight.empty() ? nullptr : device_weight.data(),
                                         .loss = device_loss.data(),
                                         .N = size.N,
                                         .V = size.V,
                                         .scale = 0.25F,
                                         .with_gradient = with_gradient});
    loss = device_loss.values();
    left = x.values();
  }

  Sizes size;
  std::vector<double> logits, q, weight;
  std::vector<int32_t> target;
  std::vector<double> loss, left;
};

/// Each element to a few roundings of what it is made of: p_v and q_v.
template <class T>
void expect_gradient(const Case<T>& c, const std::vector<double>& want) {
  const double tolerance = std::is_same_v<T, bfloat16> ? 6e-3 : 2e-5;
  for (int64_t i = 0; i < c.size.N * c.size.V; ++i) {
    const double weight = c.weight.empty() ? 1 : std::abs(c.weight[i / c.size.V]);
    const double unit = 0.25 * weight * (c.q[i] + 1 / static_cast<double>(c.size.V));
    ASSERT_NEAR(c.left[i], want[i], tolerance * (std::abs(want[i]) + unit))
        << "row " << i / c.size.V << ", word " << i % c.size.V;
  }
}

TYPED_TEST(SoftCrossEntropyCuda, LossAndGradientMatchTheReference) {
  using T = TypeParam;
  for (const Sizes size : kSizes) {
    for (const Setting setting : kSettings) {
      SCOPED_TRACE(testing::Message()
                   << "N " << size.N << ", V " << size.V << ", masked " << setting.masked);
      Case<T> c(size, setting);
      std::vector<double> gradient = c.logits, loss(static_cast<size_t>(size.N));
      soft_cross_entropy(
          reference_cpu(),
          SoftCrossEntropy<double>{.logits = gradient.data(),
                                   .q = c.q.data(),
                                   .target = c.target.empty() ? nullptr : c.target.data(),
                                   .weight = c.weight.empty() ? nullptr : c.weight.data(),
                                   .loss = loss.data(),
                                   .N = size.N,
                                   .V = size.V,
                                   .scale = 0.25});
      c.run(true);
      expect_close(c.loss, loss, 2e-5, "loss");
      expect_gradient(c, gradient);
      c.run(false);
      expect_close(c.loss, loss, 2e-5, "loss without the gradient");
      EXPECT_EQ(c.left, c.logits) << "logits without the gradient";
    }
  }
}

TYPED_TEST(SoftCrossEntropyCuda, SoftmaxIsWrittenOrAdded) {
  using T = TypeParam;
  for (const Sizes size : kSizes) {
    SCOPED_TRACE(testing::Message() << "N " << size.N << ", V " << size.V);
    const auto logits = rounded<T>(uniform(1, size.N * size.V, -6, 6));
    const auto held = rounded<float>(uniform(2, size.N * size.V, 0, 0.01));
    const double tolerance = std::is_same_v<T, bfloat16> ? 1e-4 : 2e-5;
    expect_close(device_softmax<T>(logits, size, 0.75), softmax(logits, size, 0.75), tolerance,
                 "written");
    expect_close(device_softmax<T>(logits, size, 0.25, held), softmax(logits, size, 0.25, held),
                 tolerance, "added");
  }
}

TYPED_TEST(SoftCrossEntropyCuda, NothingIsToBeLearnedFromOnesOwnDistribution) {
  using T = TypeParam;
  for (const Sizes size : kSizes) {
    Case<T> c(size, {});
    c.q = device_softmax<T>(c.logits, size, 1);
    c.run(true);
    for (const double gradient : c.left) ASSERT_EQ(gradient, 0) << "V " << size.V;
  }
}

/// Loss of one row, whose logits become their gradient.
template <class T>
double loss_of(std::vector<double>& logits, const std::vector<double>& q) {
  const DeviceArray<T> x(logits);
  const DeviceArray<float> device_q(q), loss(1);
  soft_cross_entropy(test_cuda(), SoftCrossEntropy<T>{.logits = x.data(),
                                                      .q = device_q.data(),
                                                      .target = nullptr,
                                                      .weight = nullptr,
                                                      .loss = loss.data(),
                                                      .N = 1,
                                                      .V = static_cast<int64_t>(logits.size())});
  logits = x.values();
  return loss.values()[0];
}

TYPED_TEST(SoftCrossEntropyCuda, LargeLogitsDoNotOverflowAndImpossibleWordsCostNothing) {
  using T = TypeParam;
  for (const size_t V : {size_t{37}, size_t{4104}}) {
    std::vector<double> x(V, -HUGE_VAL), q(V, 0);
    x[5] = 1024;
    x[V - 1] = 0;
    q[5] = q[V - 1] = 0.5;
    EXPECT_NEAR(loss_of<T>(x, q), 512, 1e-3);
    EXPECT_EQ(x[0], 0);
    EXPECT_NEAR(x[5], 0.5, 1e-6);
    EXPECT_NEAR(x[V - 1], -0.5, 1e-6);
  }
}

TYPED_TEST(SoftCrossEntropyCuda, NaNIsNotHidden) {
  using T = TypeParam;
  for (const size_t at : {size_t{0}, size_t{5}, size_t{36}}) {
    const std::vector<double> even(37, 1.0 / 37);
    std::vector<double> logits(37, 1), broken = logits, doubtful = even;
    broken[at] = doubtful[at] = NAN;
    EXPECT_TRUE(std::isnan(loss_of<T>(broken, even))) << "NaN at " << at;
    EXPECT_TRUE(std::isnan(loss_of<T>(logits, doubtful))) << "NaN at " << at;
  }
}

TYPED_TEST(SoftCrossEntropyCuda, NothingIsNoError) {
  using T = TypeParam;
  soft_cross_entropy(test_cuda(), SoftCrossEntropy<T>{.logits = nullptr,
                                                      .q = nullptr,
                                                      .target = nullptr,
                                                      .weight = nullptr,
                                                      .loss = nullptr,
                                                      .N = 0,
                                                      .V = 5});
  add_softmax(test_cuda(), AddSoftmax<T>{.x = nullptr, .q = nullptr, .N = 0, .V = 5});
}

}  // namespace
}  // namespace storyteller::soft_cross_entropy_test
