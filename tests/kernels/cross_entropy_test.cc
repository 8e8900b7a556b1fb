// The edges of the range; the op cases hold the loss and its gradient to their formulas.
#include "kernels/cross_entropy.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/kernels/kernel_test.h"

namespace storyteller::cross_entropy_test {
namespace {

template <class T>
class CrossEntropyTest : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(CrossEntropyTest, Types);

template <class T>
std::vector<T> losses(std::vector<T>& logits, const std::vector<int32_t>& target, T smoothing,
                      bool with_gradient) {
  const auto N = static_cast<int64_t>(target.size());
  std::vector<T> loss(target.size(), NAN);
  cross_entropy(test_cpu(), CrossEntropy<T>{.logits = logits.data(),
                                            .target = target.data(),
                                            .weight = nullptr,
                                            .loss = loss.data(),
                                            .N = N,
                                            .V = static_cast<int64_t>(logits.size()) / N,
                                            .smoothing = smoothing,
                                            .with_gradient = with_gradient});
  return loss;
}

TYPED_TEST(CrossEntropyTest, GradientsOfARowSumToZero) {
  using T = TypeParam;
  for (const T smoothing : {T{0}, T(0.3)}) {
    for (const T size : {T{1}, T{50}}) {
      auto logits = random_values<T>(1, 3 * 101);
      for (T& logit : logits) logit *= size;
      losses<T>(logits, {0, 100, 50}, smoothing, true);
      for (int64_t n = 0; n < 3; ++n) {
        double sum = 0;
        for (int64_t v = 0; v < 101; ++v) sum += logits[n * 101 + v];
        EXPECT_NEAR(sum, 0, 1e-6);
      }
    }
  }
}

TYPED_TEST(CrossEntropyTest, WithoutGradientTheLogitsStay) {
  using T = TypeParam;
  auto logits = random_values<T>(1, 2 * 37);
  const auto before = logits;
  const auto alone = losses<T>(logits, {3, -1}, T(0.1), false);
  EXPECT_EQ(logits, before);
  const auto with = losses<T>(logits, {3, -1}, T(0.1), true);
  EXPECT_NEAR(alone[0], with[0], 1e-6);
  EXPECT_EQ(alone[1], 0);
  EXPECT_EQ(with[1], 0);
  for (int64_t v = 37; v < 74; ++v) EXPECT_EQ(logits[v], 0) << "a masked row has no gradient";
}

TYPED_TEST(CrossEntropyTest, LargeLogitsDoNotOverflow) {
  using T = TypeParam;
  std::vector<T> logits = {1000, 0, -1000, /**/ 1000, 0, -1000};
  const auto loss = losses<T>(logits, {0, 2}, 0, true);
  EXPECT_NEAR(loss[0], 0, 1e-6);
  EXPECT_NEAR(loss[1], 2000, 1e-3);
  EXPECT_NEAR(logits[0], 0, 1e-6);
  EXPECT_NEAR(logits[3], 1, 1e-6);
  EXPECT_NEAR(logits[5], -1, 1e-6);
}

TYPED_TEST(CrossEntropyTest, UniformLogitsCostTheLogarithmOfTheVocabulary) {
  using T = TypeParam;
  for (const T smoothing : {T{0}, T(0.1)}) {
    std::vector<T> logits(2997, 4);
    EXPECT_NEAR(losses<T>(logits, {7}, smoothing, true)[0], std::log(2997.0), 1e-5);
  }
}

TYPED_TEST(CrossEntropyTest, NaNIsNotHidden) {
  using T = TypeParam;
  for (const size_t at : {size_t{0}, size_t{5}, size_t{36}}) {
    std::vector<T> logits(37, 1);
    logits[at] = std::numeric_limits<T>::quiet_NaN();
    EXPECT_TRUE(std::isnan(losses<T>(logits, {5}, 0, true)[0])) << "NaN at " << at;
  }
}

}  // namespace
}  // namespace storyteller::cross_entropy_test
