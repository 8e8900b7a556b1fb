#include "core/serialization/float16.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

namespace storyteller {
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

TEST(BFloat16, EveryValueSurvivesTheRoundTrip) {
  for (unsigned bits = 0; bits <= 0xFFFF; ++bits) {
    const float value = bfloat16_to_float(static_cast<std::uint16_t>(bits));
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(bfloat16_to_float(float_to_bfloat16(value)))) << bits;
    } else {
      ASSERT_EQ(float_to_bfloat16(value), bits);
    }
  }
}

TEST(BFloat16, RoundsToTheNearestAndTiesToEven) {
  for (unsigned bits = 0; bits < 0x7F7F; ++bits) {
    const auto low =
        std::bit_cast<std::uint32_t>(bfloat16_to_float(static_cast<std::uint16_t>(bits)));
    const unsigned even = bits % 2 == 0 ? bits : bits + 1;
    ASSERT_EQ(float_to_bfloat16(std::bit_cast<float>(low + 0x8000U)), even);
    ASSERT_EQ(float_to_bfloat16(std::bit_cast<float>(low + 0x7FFFU)), bits);
    ASSERT_EQ(float_to_bfloat16(std::bit_cast<float>(low + 0x8001U)), bits + 1);
  }
}

// Against the definition: 2^(e - bias) (1 + f / 2^bits), or 2^(1 - bias) f / 2^bits where e is 0.
TEST(Float8, EveryValueIsThatOfItsDefinition) {
  for (unsigned bits = 0; bits < 256; ++bits) {
    const auto byte = static_cast<std::uint8_t>(bits);
    const auto value = [&](unsigned fraction_bits, int bias) {
      const unsigned fraction = bits & ((1U << fraction_bits) - 1);
      const int exponent = static_cast<int>((bits & 0x7FU) >> fraction_bits);
      const double part = static_cast<double>(fraction) / (1U << fraction_bits);
      const double size =
          exponent == 0 ? std::ldexp(part, 1 - bias) : std::ldexp(1 + part, exponent - bias);
      return static_cast<float>(bits > 127 ? -size : size);
    };
    const float e4m3 = float8_e4m3_to_float(byte), e5m2 = float8_e5m2_to_float(byte);
    if ((bits & 0x7FU) == 0x7F) {
      EXPECT_TRUE(std::isnan(e4m3));
    } else {
      EXPECT_EQ(e4m3, value(3, 7)) << bits;
    }
    const unsigned magnitude = bits & 0x7FU;
    if (magnitude > 0x7C) {
      EXPECT_TRUE(std::isnan(e5m2));
    } else if (magnitude == 0x7C) {
      EXPECT_TRUE(std::isinf(e5m2));
    } else {
      EXPECT_EQ(e5m2, value(2, 15)) << bits;
    }
  }
  EXPECT_EQ(float8_e4m3_to_float(0x7E), 448);
  EXPECT_EQ(float8_e5m2_to_float(0x7B), 57344);
}

TEST(BFloat16, KeepsNanWhoseUpperFractionIsZero) {
  const auto nan = std::bit_cast<float>(0x7F800001U);  // plain truncation would give infinity
  EXPECT_TRUE(std::isnan(bfloat16_to_float(float_to_bfloat16(nan))));
}

}  // namespace
}  // namespace storyteller
