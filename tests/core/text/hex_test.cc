#include "core/text/hex.h"

#include <gtest/gtest.h>

namespace storyteller::hex_test {
namespace {

TEST(Hex, HasAsManyDigitsAsAskedFor) {
  EXPECT_EQ(hex(0x0A, 2), "0a");
  EXPECT_EQ(hex(0x1F3, 2), "f3");
  EXPECT_EQ(hex(0xFEDCBA9876543210U, 16), "fedcba9876543210");
}

}  // namespace
}  // namespace storyteller::hex_test
