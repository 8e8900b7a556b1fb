#include "train/data/half_floats.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <vector>

#include "core/random_stream.h"
#include "core/serialization/float16.h"

namespace storyteller {
namespace {

TEST(HalfFloats, AllValuesWidenAsTheScalarConversionDoes) {
  std::vector<uint16_t> halves(65536);
  for (size_t i = 0; i < halves.size(); ++i) halves[i] = static_cast<uint16_t>(i);
  std::vector<float> fast(halves.size()), portable(halves.size());
  half_to_float(halves.data(), fast.data(), halves.size());
  half_to_float_portable(halves.data(), portable.data(), halves.size());
  for (size_t i = 0; i < halves.size(); ++i) {
    const float expected = half_to_float(halves[i]);
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(fast[i]) && std::isnan(portable[i])) << i;
      continue;
    }
    ASSERT_EQ(std::bit_cast<uint32_t>(fast[i]), std::bit_cast<uint32_t>(expected)) << i;
    ASSERT_EQ(std::bit_cast<uint32_t>(portable[i]), std::bit_cast<uint32_t>(expected)) << i;
  }
}

TEST(HalfFloats, EveryHalfSurvivesTheRoundTrip) {
  for (uint32_t i = 0; i < 65536; ++i) {
    const auto half = static_cast<uint16_t>(i);
    float wide = 0;
    uint16_t back = 0;
    half_to_float_portable(&half, &wide, 1);
    float_to_half_portable(&wide, &back, 1);
    if (std::isnan(wide)) {
      EXPECT_GT(back & 0x7FFF, 0x7C00);
    } else {
      ASSERT_EQ(back, half);
    }
  }
}

TEST(HalfFloats, NarrowingRoundsToNearestEvenOnBothPaths) {
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
  std::vector<uint16_t> fast(values.size()), portable(values.size());
  float_to_half(values.data(), fast.data(), values.size());
  float_to_half_portable(values.data(), portable.data(), values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(portable[i], float_to_half(values[i])) << values[i];
    ASSERT_EQ(fast[i], portable[i]) << values[i];
  }
}

TEST(HalfFloats, OddCountsTouchNothingBeyondTheEnd) {
  for (size_t count = 0; count < 20; ++count) {
    std::vector<uint16_t> halves(count, 0x3C00);
    std::vector<float> floats(count + 1, -7.0F);
    half_to_float(halves.data(), floats.data(), count);
    for (size_t i = 0; i < count; ++i) EXPECT_EQ(floats[i], 1.0F);
    EXPECT_EQ(floats[count], -7.0F);
  }
}

}  // namespace
}  // namespace storyteller
