// The edges of the range; the op cases hold the unit and its gradient to their formulas.
#include "kernels/glu.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/kernels/kernel_test.h"

namespace storyteller::glu_test {
namespace {

template <class T>
class GluTest : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(GluTest, Types);

constexpr int64_t kH = 37;

/// y of one row of random information, whose gates all are `gate`.
template <class T>
std::vector<T> gated(const std::vector<T>& information, T gate) {
  std::vector<T> x = information, y(kH);
  x.resize(2 * kH, gate);
  glu_forward(test_cpu(), GluForward<T>{.x = x.data(), .y = y.data(), .B = 1, .H = kH});
  x.resize(kH);
  EXPECT_EQ(x, information);
  return y;
}

TYPED_TEST(GluTest, AnOpenGateLetsTheInformationThroughToTheBit) {
  using T = TypeParam;
  const auto information = random_values<T>(1, kH);
  EXPECT_EQ(gated<T>(information, 200), information);
}

TYPED_TEST(GluTest, AClosedGateLetsNothingThrough) {
  using T = TypeParam;
  for (const T y : gated<T>(random_values<T>(1, kH), -200)) EXPECT_NEAR(y, 0, 1e-30);
}

TYPED_TEST(GluTest, GradientsAreAddedToWhatIsThere) {
  using T = TypeParam;
  const auto x = random_values<T>(1, 2 * kH), dy = random_values<T>(2, kH);
  std::vector<T> dx(2 * kH, 0), more(2 * kH, 1);
  for (std::vector<T>* to : {&dx, &more}) {
    glu_backward(test_cpu(),
                 GluBackward<T>{.x = x.data(), .dy = dy.data(), .dx = to->data(), .B = 1, .H = kH});
  }
  // Product and sum may be one rounding or two.
  constexpr T kRounding = 4 * std::numeric_limits<T>::epsilon();
  for (size_t i = 0; i < dx.size(); ++i) EXPECT_NEAR(more[i], 1 + dx[i], kRounding);
}

}  // namespace
}  // namespace storyteller::glu_test
