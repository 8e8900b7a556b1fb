#include "core/text/number_format.h"

#include <gtest/gtest.h>

#include <limits>

namespace storyteller::number_format_test {
namespace {

TEST(Decimal, NeverPrintsNan) {
  EXPECT_EQ(decimal(1.2345, 2), "1.23");
  EXPECT_EQ(decimal(-3, 0), "-3");
  EXPECT_EQ(decimal(std::numeric_limits<double>::quiet_NaN(), 2), "\u2013");
  EXPECT_EQ(decimal(std::numeric_limits<double>::infinity(), 2), "\u2013");
  EXPECT_EQ(decimal(1e300, 2), "\u2013");
}

TEST(Percent, IsOfAShare) {
  EXPECT_EQ(percent(0.1256, 1), "12.6 %");
  EXPECT_EQ(percent(1, 0), "100 %");
  EXPECT_EQ(percent(std::numeric_limits<double>::quiet_NaN(), 1), "\u2013");
}

TEST(Grouped, HasACommaBetweenThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

}  // namespace
}  // namespace storyteller::number_format_test
