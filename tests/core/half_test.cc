#include "core/half.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/random_stream.h"

namespace storyteller::half_test {
namespace {

/// The value of a binary16 by its definition: (-1)^s 2^(e-15) 1.f, subnormal (-1)^s 2^-14 0.f.
double half_by_definition(unsigned half) {
  const double sign = (half & 0x8000U) != 0 ? -1 : 1;
  const int exponent = static_cast<int>(half >> 10U & 31U);
  const double fraction = (half & 1023U) / 1024.0;
  if (exponent == 31 && fraction != 0) return std::numeric_limits<double>::quiet_NaN();
  if (exponent == 31) return sign * std::numeric_limits<double>::infinity();
  if (exponent == 0) return sign * std::ldexp(fraction, -14);
  return sign * std::ldexp(1 + fraction, exponent - 15);
}

TEST(Half, EveryValueWidensToItsDefinition) {
  for (unsigned half = 0; half <= 0xFFFF; ++half) {
    const float value = half_to_float(static_cast<std::uint16_t>(half));
    const double expected = half_by_definition(half);
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(value)) << half;
    } else {
      ASSERT_EQ(value, expected) << half;
      ASSERT_EQ(std::signbit(value), (half & 0x8000U) != 0) << half;
    }
  }
}

TEST(Half, EveryValueSurvivesTheRoundTrip) {
  for (unsigned half = 0; half <= 0xFFFF; ++half) {
    const float value = half_to_float(static_cast<std::uint16_t>(half));
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(half_to_float(float_to_half(value)))) << half;
    } else {
      ASSERT_EQ(float_to_half(value), half);
    }
  }
}

TEST(Half, RoundsToTheNearestAndTiesToEven) {
  for (unsigned half = 0; half < 0x7BFF; ++half) {  // finite neighbours half, half + 1
    const auto low = half_to_float(static_cast<std::uint16_t>(half));
    const auto high = half_to_float(static_cast<std::uint16_t>(half + 1));
    const float middle = low + (high - low) / 2;  // exact: binary32 has 13 more bits
    const unsigned even = half % 2 == 0 ? half : half + 1;
    ASSERT_EQ(float_to_half(middle), even) << half;
    ASSERT_EQ(float_to_half(std::nextafter(middle, 0.0F)), half) << half;
    ASSERT_EQ(float_to_half(std::nextafter(middle, 1e9F)), half + 1) << half;
    ASSERT_EQ(float_to_half(-middle), 0x8000U | even) << half;
  }
}

TEST(Half, OverflowsToInfinityAndUnderflowsToZero) {
  EXPECT_EQ(float_to_half(65504.0F), 0x7BFF);
  EXPECT_EQ(float_to_half(65519.99F), 0x7BFF);
  EXPECT_EQ(float_to_half(65520.0F), 0x7C00);
  EXPECT_EQ(float_to_half(-1e30F), 0xFC00);
  EXPECT_EQ(float_to_half(std::numeric_limits<float>::infinity()), 0x7C00);
  EXPECT_EQ(float_to_half(std::numeric_limits<float>::denorm_min()), 0);
  EXPECT_EQ(float_to_half(-0.0F), 0x8000);
}

TEST(Halves, WidenAsEachDoes) {
  std::vector<uint16_t> halves(65536);
  for (size_t i = 0; i < halves.size(); ++i) halves[i] = static_cast<uint16_t>(i);
  std::vector<float> wide(halves.size());
  half_to_float(halves.data(), wide.data(), halves.size());
  for (size_t i = 0; i < halves.size(); ++i) {
    const float expected = half_to_float(halves[i]);
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(wide[i])) << i;
    } else {
      ASSERT_EQ(std::bit_cast<uint32_t>(wide[i]), std::bit_cast<uint32_t>(expected)) << i;
    }
  }
}

TEST(Halves, NarrowAsEachDoes) {
  RandomStream random(1, 2);
  std::vector<float> values = {0.0F,         -0.0F,       65504.0F, 65519.9F,  65520.0F,
                               1e30F,        -1e30F,      0x1p-24F, 0x1p-25F,  0x1.8p-25F,
                               0x1.002p0F,   0x1.006p0F,  INFINITY, -INFINITY, 0x1.ffcp-15F,
                               0x1.ffep-15F, 0x1.fffp-15F};
  for (int i = 0; i < 200003; ++i) {  // odd: the vector loop leaves a tail
    const uint32_t bits = random.bits();
    const uint32_t exponent = 95 + bits % 50;  // around the range of binary16
    values.push_back(std::bit_cast<float>((bits & 0x807FFFFFU) | exponent << 23));
  }
  std::vector<uint16_t> halves(values.size());
  float_to_half(values.data(), halves.data(), values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(halves[i], float_to_half(values[i])) << values[i];
  }
}

TEST(Halves, OddCountsTouchNothingBeyondTheEnd) {
  for (size_t count = 0; count < 20; ++count) {
    std::vector<uint16_t> halves(count, 0x3C00);
    std::vector<float> floats(count + 1, -7.0F);
    half_to_float(halves.data(), floats.data(), count);
    for (size_t i = 0; i < count; ++i) EXPECT_EQ(floats[i], 1.0F);
    EXPECT_EQ(floats[count], -7.0F);
  }
}

}  // namespace
}  // namespace storyteller::half_test
