#include "kernels/cpu/simd.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace storyteller::simd_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// Every 997th float of magnitude up to `largest`, of both signs: all exponents, subnormals too.
template <class F>
void for_floats(float largest, F&& f) {
  const auto last = std::bit_cast<uint32_t>(largest);
  for (uint32_t bits = 0; bits <= last; bits += 997) {
    f(std::bit_cast<float>(bits));
    f(-std::bit_cast<float>(bits));
  }
  f(largest);
  f(-largest);
}

/// Greatest |got(x) - wanted(x)| / |wanted(x)|.
template <class Got, class Wanted>
double greatest_relative_error(float largest, Got got, Wanted wanted) {
  double greatest = 0;
  for_floats(largest, [&](float x) {
    const double exact = wanted(static_cast<double>(x));
    if (exact == 0) return;
    const double error = std::abs(static_cast<double>(got(x)) - exact) / std::abs(exact);
    greatest = error <= greatest ? greatest : error;  // NaN shows
  });
  return greatest;
}

float exp_of(float x) { return simd::exp(x); }
float tanh_of(float x) { return simd::tanh(x); }
float sigmoid_of(float x) { return simd::sigmoid(x); }

TEST(Simd, ExpIsAccurateOverItsWholeRange) {
  EXPECT_LT(greatest_relative_error(87.3F, exp_of, [](double x) { return std::exp(x); }), 2e-7);
  for (float x = 87.3F; x < 88.3F; x += 0.001F) {
    EXPECT_NEAR(simd::exp(x) / std::exp(static_cast<double>(x)), 1, 2e-7);
  }
}

TEST(Simd, ExpSaturatesAndPassesNaNOn) {
  EXPECT_EQ(simd::exp(0.0F), 1.0F);
  for (float x : {88.3F, 89.0F, 1e10F, std::numeric_limits<float>::max(), kInfinity}) {
    EXPECT_GT(simd::exp(x), 2e38F);
    EXPECT_TRUE(std::isfinite(simd::exp(x)));
    EXPECT_GE(simd::exp(-x), 0.0F);
    EXPECT_LT(simd::exp(-x), 2e-38F);
  }
  EXPECT_TRUE(std::isnan(simd::exp(kNaN)));
}

TEST(Simd, TanhIsAccurateOddAndBounded) {
  EXPECT_LT(greatest_relative_error(std::numeric_limits<float>::max(), tanh_of,
                                    [](double x) { return std::tanh(x); }),
            3e-7);
  for_floats(20.0F, [](float x) {
    ASSERT_EQ(simd::tanh(-x), -simd::tanh(x));
    ASSERT_LE(std::abs(simd::tanh(x)), 1.0F);
  });
  EXPECT_EQ(simd::tanh(kInfinity), 1.0F);
  EXPECT_EQ(simd::tanh(-kInfinity), -1.0F);
  EXPECT_TRUE(std::signbit(simd::tanh(-0.0F)));
  EXPECT_TRUE(std::isnan(simd::tanh(kNaN)));
}

TEST(Simd, SigmoidIsAccurateAndBounded) {
  const auto exact = [](double x) { return 1 / (1 + std::exp(-x)); };
  EXPECT_LT(greatest_relative_error(87.0F, sigmoid_of, exact), 4e-7);
  for (float x : {90.0F, 1e10F, kInfinity}) {
    EXPECT_EQ(simd::sigmoid(x), 1.0F);
    EXPECT_GE(simd::sigmoid(-x), 0.0F);
    EXPECT_LT(simd::sigmoid(-x), 1e-37F);
  }
  EXPECT_EQ(simd::sigmoid(0.0F), 0.5F);
  EXPECT_TRUE(std::isnan(simd::sigmoid(kNaN)));
}

STORYTELLER_SIMD void all_three(const float* x, float* exps, float* tanhs, float* sigmoids, int n) {
#pragma omp simd
  for (int i = 0; i < n; ++i) {
    exps[i] = simd::exp(x[i]);
    tanhs[i] = simd::tanh(x[i]);
    sigmoids[i] = simd::sigmoid(x[i]);
  }
}

// The loop is compiled for this machine's widest vectors: same accuracy, and NaN and the infinities
// must not depend on the lane or on the tail.
TEST(Simd, VectorLoopsAgreeWithSingleCalls) {
  constexpr int kCount = 1003;
  std::vector<float> x(kCount), exps(kCount), tanhs(kCount), sigmoids(kCount);
  for (int i = 0; i < kCount; ++i)
    x[i] = std::sin(static_cast<float>(i)) * 0.09F * static_cast<float>(i);
  x[5] = x[1002] = kNaN;
  x[17] = kInfinity;
  x[1001] = -kInfinity;
  all_three(x.data(), exps.data(), tanhs.data(), sigmoids.data(), kCount);
  const auto same = [](float a, float b) {
    return (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= 3e-7F * std::abs(b);
  };
  for (int i = 0; i < kCount; ++i) {
    EXPECT_TRUE(same(exps[i], simd::exp(x[i]))) << "exp(" << x[i] << ") = " << exps[i];
    EXPECT_TRUE(same(tanhs[i], simd::tanh(x[i]))) << "tanh(" << x[i] << ") = " << tanhs[i];
    EXPECT_TRUE(same(sigmoids[i], simd::sigmoid(x[i]))) << "sigmoid(" << x[i] << ")";
  }
}

}  // namespace
}  // namespace storyteller::simd_test
