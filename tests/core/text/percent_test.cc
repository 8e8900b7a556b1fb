#include "core/text/percent.h"

#include <gtest/gtest.h>

namespace storyteller::percent_test {
namespace {

TEST(Percent, CodesAreDecoded) {
  EXPECT_EQ(percent_decoded("two%20words%C3%a4.jpg"), "two words\xC3\xA4.jpg");
  EXPECT_EQ(percent_decoded("%41"), "A");
}

TEST(Percent, WhatIsNoCodeStays) {
  for (const char* same : {"100%", "5%2", "a%zz", "a%2x", "%-1", "%+1", "% 1", "a%00b", "%%", ""}) {
    EXPECT_EQ(percent_decoded(same), same);
  }
  EXPECT_EQ(percent_decoded("%%41"), "%A");
}

}  // namespace
}  // namespace storyteller::percent_test
