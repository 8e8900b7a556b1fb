// The edges of the range; the op cases hold the loss and its gradient to their formulas.
#include "kernels/soft_cross_entropy.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/kernels/kernel_test.h"

namespace storyteller::soft_cross_entropy_test {
namespace {

template <class T>
class SoftCrossEntropyTest : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(SoftCrossEntropyTest, Types);

template <class T>
std::vector<T> softmax(const std::vector<T>& logits, int64_t N) {
  std::vector<T> q(logits.size(), NAN);
  add_softmax(
      test_cpu(),
      AddSoftmax<T>{
          .x = logits.data(), .q = q.data(), .N = N, .V = static_cast<int64_t>(logits.size()) / N});
  return q;
}

/// The logits become their gradient.
template <class T>
std::vector<T> losses(std::vector<T>& logits, const std::vector<T>& q, int64_t N,
                      const std::vector<int32_t>& target = {}, bool with_gradient = true) {
  std::vector<T> loss(static_cast<size_t>(N), NAN);
  soft_cross_entropy(test_cpu(),
                     SoftCrossEntropy<T>{.logits = logits.data(),
                                         .q = q.data(),
                                         .target = target.empty() ? nullptr : target.data(),
                                         .weight = nullptr,
                                         .loss = loss.data(),
                                         .N = N,
                                         .V = static_cast<int64_t>(logits.size()) / N,
                                         .with_gradient = with_gradient});
  return loss;
}

TYPED_TEST(SoftCrossEntropyTest, NothingIsToBeLearnedFromOnesOwnDistribution) {
  using T = TypeParam;
  auto logits = random_values<T>(1, 3 * 2997);
  for (T& logit : logits) logit *= 8;
  losses<T>(logits, softmax<T>(logits, 3), 3);
  // Product and difference may be one rounding or two: of a probability, at most its last bit.
  constexpr T kRounding = 2 * std::numeric_limits<T>::epsilon();
  for (const T gradient : logits) ASSERT_NEAR(gradient, 0, kRounding);
}

TYPED_TEST(SoftCrossEntropyTest, AWordThatIsCertainIsATarget) {
  using T = TypeParam;
  std::vector<T> logits = {1, 3, -2, /**/ 0, 0, 0};
  const auto loss = losses<T>(logits, {0, 1, 0, /**/ 0, 0, 1}, 2);
  const double sum = std::exp(-2.0) + 1 + std::exp(-5.0);
  EXPECT_NEAR(loss[0], std::log(sum), 1e-6);
  EXPECT_NEAR(loss[1], std::log(3.0), 1e-6);
  EXPECT_NEAR(logits[1], 1 / sum - 1, 1e-6);
  EXPECT_NEAR(logits[3], 1.0 / 3, 1e-6);
}

TYPED_TEST(SoftCrossEntropyTest, WithoutGradientTheLogitsStayAndMaskedRowsAreNothing) {
  using T = TypeParam;
  auto logits = random_values<T>(1, 2 * 37);
  const auto before = logits;
  const auto q = softmax<T>(random_values<T>(2, 2 * 37), 2);
  const auto alone = losses<T>(logits, q, 2, {0, -1}, false);
  EXPECT_EQ(logits, before);
  const auto with = losses<T>(logits, q, 2, {0, -1}, true);
  EXPECT_EQ(alone, with);
  EXPECT_EQ(with[1], 0);
  EXPECT_NE(logits[0], 0);
  for (int64_t v = 37; v < 74; ++v) EXPECT_EQ(logits[v], 0) << "a masked row has no gradient";
}

TYPED_TEST(SoftCrossEntropyTest, LargeLogitsDoNotOverflowAndImpossibleWordsCostNothing) {
  using T = TypeParam;
  constexpr T kNever = -std::numeric_limits<T>::infinity();
  std::vector<T> logits = {1000, 0, kNever, /**/ 1000, 0, -1000};
  const auto loss = losses<T>(logits, {1, 0, 0, /**/ 0.5, 0, 0.5}, 2);
  EXPECT_NEAR(loss[0], 0, 1e-6);
  EXPECT_NEAR(loss[1], 1000, 1e-3);
  EXPECT_NEAR(logits[2], 0, 1e-6);
  EXPECT_NEAR(logits[3], 0.5, 1e-6);
  EXPECT_NEAR(logits[5], -0.5, 1e-6);
}

TYPED_TEST(SoftCrossEntropyTest, NaNIsNotHidden) {
  using T = TypeParam;
  for (const size_t at : {size_t{0}, size_t{5}, size_t{36}}) {
    const std::vector<T> even(37, T{1} / 37);
    std::vector<T> logits(37, 1), broken = logits, doubtful = even;
    broken[at] = doubtful[at] = std::numeric_limits<T>::quiet_NaN();
    EXPECT_TRUE(std::isnan(losses<T>(broken, even, 1)[0])) << "NaN at " << at;
    EXPECT_TRUE(std::isnan(losses<T>(logits, doubtful, 1)[0])) << "NaN at " << at;
  }
}

}  // namespace
}  // namespace storyteller::soft_cross_entropy_test
