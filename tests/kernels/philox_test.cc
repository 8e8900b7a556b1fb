#include "kernels/philox.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <set>

#include <gtest/gtest.h>

namespace storyteller::philox_test {
namespace {

using Block = std::array<uint32_t, 4>;

// Known answers of Random123 1.14 (kat_vectors, philox4x32 10): counter words 0 to 3, then key
// words.
TEST(Philox, GivesThePublishedAnswers) {
  EXPECT_EQ(philox(0, 0, 0), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr uint64_t kOnes = ~uint64_t{0};
  EXPECT_EQ(philox(kOnes, kOnes, kOnes), (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, UniformIsInItsRangeAndEven) {
  EXPECT_EQ(uniform01(0), 0.0F);
  EXPECT_EQ(uniform01(0xFFFFFFFF), 1 - 0x1p-24F);
  constexpr int kDraws = 100000;
  std::array<int, 10> counts{};
  for (int i = 0; i < kDraws; ++i) {
    const float u = uniform01(philox(1, 2, static_cast<uint64_t>(i))[i % 4]);
    ++counts.at(static_cast<size_t>(u * 10));
  }
  double chi_square = 0;
  for (int count : counts) {
    const double off = count - kDraws / 10;
    chi_square += off * off / (kDraws / 10.0);
  }
  EXPECT_LT(chi_square, 27.9);  // 9 degrees of freedom: one in a thousand is above
}

TEST(Philox, KeysOfDifferentConsumersDiffer) {
  std::set<uint64_t> keys;
  for (uint64_t seed = 0; seed < 10; ++seed) {
    for (uint64_t step = 0; step < 10; ++step) {
      for (uint64_t site = 0; site < 10; ++site) keys.insert(philox_key(seed, step, site));
    }
  }
  EXPECT_EQ(keys.size(), 1000U);
}

}  // namespace
}  // namespace storyteller::philox_test
