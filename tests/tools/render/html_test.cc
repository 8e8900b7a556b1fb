#include "tools/render/html.h"

#include <gtest/gtest.h>

#include <string>

namespace storyteller::html_test {
namespace {

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

}  // namespace
}  // namespace storyteller::html_test
