#include "tools/render/html.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "core/text/utf8.h"

namespace storyteller {
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

TEST(EscapeHtml, LeavesNoMarkup) {
  EXPECT_EQ(escape_html("<script>alert('x')</script> & \"y\""),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;");
  EXPECT_EQ(escape_html("&lt;"), "&amp;lt;");
  EXPECT_EQ(escape_html("plain caf\u00e9 \U0001F600"), "plain caf\u00e9 \U0001F600");
}

TEST(EscapeHtml, ReplacesWhatIsNotText) {
  EXPECT_EQ(escape_html("a\xff"
                        "b"),
            "a\uFFFDb");
  EXPECT_EQ(escape_html(std::string("a\0b\x1b[31m", 8)), "a\uFFFDb\uFFFD[31m");
  EXPECT_EQ(escape_html("one\ntwo\tthree"), "one two three");
  EXPECT_EQ(escape_html("user\u202Egpj.exe\u202C\u2066"), "usergpj.exe");
}

TEST(EscapeHtml, ResultIsAlwaysValidAndInert) {
  std::uint32_t state = 5;
  for (int trial = 0; trial < 2000; ++trial) {
    std::string text;
    for (int i = 0; i < 40; ++i) {
      state = state * 1664525U + 1013904223U;
      text += static_cast<char>(state >> 24U);
    }
    const std::string escaped = escape_html(text);
    EXPECT_EQ(escaped.find_first_of("<>\"'"), std::string::npos);
    EXPECT_EQ(escape_html(escaped).find("\uFFFD") == std::string::npos,
              escaped.find("\uFFFD") == std::string::npos);
  }
}

TEST(Base64, MatchesTheTestVectorsOfRfc4648) {
  const auto encode = [](std::string_view text) {
    return base64({reinterpret_cast<const std::byte*>(text.data()), text.size()});
  };
  EXPECT_EQ(encode(""), "");
  EXPECT_EQ(encode("f"), "Zg==");
  EXPECT_EQ(encode("fo"), "Zm8=");
  EXPECT_EQ(encode("foo"), "Zm9v");
  EXPECT_EQ(encode("foob"), "Zm9vYg==");
  EXPECT_EQ(encode("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encode("\xff\xfe\xfd"), "//79");
}

TEST(Decimal, NeverPrintsNan) {
  EXPECT_EQ(decimal(1.2345, 2), "1.23");
  EXPECT_EQ(decimal(-3, 0), "-3");
  EXPECT_EQ(decimal(std::numeric_limits<double>::quiet_NaN(), 2), "\u2013");
  EXPECT_EQ(decimal(std::numeric_limits<double>::infinity(), 2), "\u2013");
  EXPECT_EQ(decimal(1e300, 2), "\u2013");
}

TEST(Grouped, HasACommaBetweenThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

}  // namespace
}  // namespace storyteller
