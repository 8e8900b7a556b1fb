#include "kernels/cast.h"

#include <bit>
#include <limits>

#include "tests/cuda/device_array.h"

namespace storyteller::cast_test {
namespace {

constexpr int64_t kSizes[] = {0, 1, 7, 1000, 2056, 4099};  // with and without 16-byte accesses

std::vector<float> floats(int64_t n) {
  std::vector<float> values;
  for (double x : uniform(1, n, -300, 300)) values.push_back(static_cast<float>(x));
  return values;
}

TEST(CastCuda, FloatIsRoundedToNearest) {
  for (const int64_t n : kSizes) {
    const DeviceArray<float> x(floats(n));
    const DeviceArray<bfloat16> y(n);
    cast(test_cuda(), Cast<float, bfloat16>{.x = x.data(), .y = y.data(), .n = n});
    const std::vector<bfloat16> got = y.raw();
    const std::vector<float> values = floats(n);
    for (size_t i = 0; i < got.size(); ++i) ASSERT_EQ(got[i].bits, bfloat16(values[i]).bits) << i;
  }
}

TEST(CastCuda, TiesGoToEvenAndNothingIsLost) {
  const float infinity = std::numeric_limits<float>::infinity();
  const std::vector<float> values = {std::bit_cast<float>(0x3F808000U),  // a tie, even below
                                     std::bit_cast<float>(0x3F818000U),  // a tie, even above
                                     infinity,
                                     -infinity,
                                     0.0F,
                                     -0.0F,
                                     3.4e38F};
  const DeviceArray<float> x(values);
  const DeviceArray<bfloat16> y(x.size());
  cast(test_cuda(), Cast<float, bfloat16>{.x = x.data(), .y = y.data(), .n = x.size()});
  const std::vector<bfloat16> got = y.raw();
  for (size_t i = 0; i < got.size(); ++i) EXPECT_EQ(got[i].bits, bfloat16(values[i]).bits) << i;
}

TEST(CastCuda, BFloat16IsExactInFloat) {
  for (const int64_t n : kSizes) {
    const auto values = rounded<bfloat16>(uniform(3, n));
    const DeviceArray<bfloat16> x(values);
    const DeviceArray<float> y(n);
    cast(test_cuda(), Cast<bfloat16, float>{.x = x.data(), .y = y.data(), .n = n});
    EXPECT_EQ(y.values(), values);
  }
}

TEST(CastCuda, Adds) {
  for (const int64_t n : kSizes) {
    const auto x = rounded<float>(uniform(4, n)), y = rounded<bfloat16>(uniform(5, n));
    const DeviceArray<float> device_x(x);
    const DeviceArray<bfloat16> device_y(y);
    cast(test_cuda(), Cast<float, bfloat16>{
                          .x = device_x.data(), .y = device_y.data(), .n = n, .accumulate = true});
    auto wanted = x;
    for (size_t i = 0; i < wanted.size(); ++i) wanted[i] += y[i];
    expect_close(device_y.values(), rounded<bfloat16>(wanted), 1e-2, "y");
  }
}

/// IEEE 754 binary16 by its definition.
double value_of_half(uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double sign = (bits & 0x8000) != 0 ? -1 : 1;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

TEST(CastCuda, EveryFiniteHalfIsExactInFloat) {
  std::vector<float16> halves;
  std::vector<double> wanted;
  for (uint32_t bits = 0; bits < 0x10000; bits += 7) {
    if ((bits >> 10 & 31) == 31) continue;  // infinities and NaN
    halves.push_back({static_cast<uint16_t>(bits)});
    wanted.push_back(value_of_half(static_cast<uint16_t>(bits)));
  }
  const DeviceArray<float16> x(halves);
  // All of them, which vectors do not divide, and as many as 16-byte accesses divide.
  for (const int64_t n : {x.size(), (x.size() - 1) / 8 * 8}) {
    const DeviceArray<float> y(n);
    const DeviceArray<bfloat16> narrow(n);
    cast(test_cuda(), Cast<float16, float>{.x = x.data(), .y = y.data(), .n = n});
    cast(test_cuda(), Cast<float16, bfloat16>{.x = x.data(), .y = narrow.data(), .n = n});
    wanted.resize(static_cast<size_t>(n));
    EXPECT_EQ(y.values(), wanted);
    EXPECT_EQ(narrow.values(), rounded<bfloat16>(wanted));
  }
}

}  // namespace
}  // namespace storyteller::cast_test
