#include "core/serialization/narrow_floats.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

namespace storyteller::narrow_floats_test {
namespace {

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
}  // namespace storyteller::narrow_floats_test
