#include "core/text/ascii.h"

#include <gtest/gtest.h>

namespace storyteller::ascii_test {
namespace {

TEST(Ascii, OnlyItsLettersHaveCases) {
  EXPECT_EQ(lower_case("AZ@[`{ \xC3\x84\xFF"), "az@[`{ \xC3\x84\xFF");
  for (const char c : {'@', '[', '`', '{', '\xC3', '\xE4'}) EXPECT_EQ(upper_case(c), c);
  EXPECT_EQ(upper_case('a'), 'A');
  EXPECT_EQ(upper_case('z'), 'Z');
}

TEST(Ascii, BlanksAreTakenOffBothEndsAlone) {
  EXPECT_EQ(trimmed("\t a b  "), "a b");
  EXPECT_EQ(trimmed(" a\r\n"), "a\r\n");
  EXPECT_EQ(trimmed("\v\f a\tb\r\n", kAsciiBlanks), "a\tb");
  EXPECT_EQ(trimmed(" \t"), "");
  EXPECT_EQ(trimmed(""), "");
}

}  // namespace
}  // namespace storyteller::ascii_test
