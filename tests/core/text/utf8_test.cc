#include "core/text/utf8.h"

#include <gtest/gtest.h>

#include <string>

#include "core/text/unicode.h"

namespace storyteller::utf8_test {
namespace {

std::u32string characters(std::string_view text) {
  std::u32string out;
  while (!text.empty()) out += take_character(&text);
  return out;
}

TEST(Utf8, DecodesEveryLength) {
  EXPECT_EQ(characters("a\u00e9\u20ac\U0001F600"), U"a\u00e9\u20ac\U0001F600");
  EXPECT_EQ(characters("\x7f\xc2\x80\xdf\xbf\xef\xbf\xbd\xf4\x8f\xbf\xbf"),
            U"\x7f\u0080\u07ff\ufffd\U0010ffff");
}

TEST(Utf8, ReplacesMaximalInvalidParts) {
  // The Unicode Standard, table 3-8, and its neighbours.
  EXPECT_EQ(characters("\xc0\xaf"), U"\ufffd\ufffd");                      // overlong
  EXPECT_EQ(characters("\xe0\x80\xaf"), U"\ufffd\ufffd\ufffd");            // overlong
  EXPECT_EQ(characters("\xed\xa0\x80"), U"\ufffd\ufffd\ufffd");            // surrogate
  EXPECT_EQ(characters("\xf4\x90\x80\x80"), U"\ufffd\ufffd\ufffd\ufffd");  // beyond U+10FFFF
  EXPECT_EQ(characters("\xe2\x82"
                       "A"),
            U"\ufffdA");                             // cut by a letter
  EXPECT_EQ(characters("\xf0\x9f\x98"), U"\ufffd");  // cut by the end
  EXPECT_EQ(characters("\x80\xff\xfe"), U"\ufffd\ufffd\ufffd");
}

TEST(Utf8, TokenisersCountInvalidBytesEachForItself) {
  std::u32string out;
  unicode::decode_utf8(
      "a\xe2\x82"
      "A\xf0\x9f\x98 \xc0\xaf\xed\xa0\x80\xff",
      out);
  EXPECT_EQ(out, U"a\ufffd\ufffdA\ufffd\ufffd\ufffd \ufffd\ufffd\ufffd\ufffd\ufffd\ufffd");
  unicode::decode_utf8("\uFFFD\u00e9\U0001F600", out);
  EXPECT_EQ(out, U"\ufffd\u00e9\U0001F600");
}

}  // namespace
}  // namespace storyteller::utf8_test
