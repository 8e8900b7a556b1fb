#include "core/system/printable.h"
#include "core/system/printable_line.h"

#include <gtest/gtest.h>

namespace storyteller::printable_test {
namespace {

TEST(Printable, KeepsTextAndEscapesWhatWouldDriveATerminal) {
  EXPECT_EQ(printable("dog.jpg"), "dog.jpg");
  EXPECT_EQ(printable("\u00e9t\u00e9 \u72d7 \U0001F436"), "\u00e9t\u00e9 \u72d7 \U0001F436");
  EXPECT_EQ(printable("a\nb\tc\x7f"), "a\\x0ab\\x09c\\x7f");
  EXPECT_EQ(printable("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(printable("\xC2\x9B"), "\\xc2\\x9b");  // C1 control: begins an escape sequence
}

TEST(Printable, EscapesBackticksOfNamesInMessages) {
  EXPECT_EQ(printable("`epochs`.jpg"), "\\x60epochs\\x60.jpg");
  EXPECT_EQ(printable_path("`a`/b"), "\\x60a\\x60/b");
  EXPECT_EQ(printable_line("see `--help`\n"), "see `--help`\\x0a");
}

TEST(Printable, EscapesBytesThatAreNotUtf8) {
  EXPECT_EQ(printable("\xFF"), "\\xff");
  EXPECT_EQ(printable("\xC3"), "\\xc3");                             // cut short
  EXPECT_EQ(printable("\xC0\xAF"), "\\xc0\\xaf");                    // overlong '/'
  EXPECT_EQ(printable("\xED\xA0\x80"), "\\xed\\xa0\\x80");           // surrogate
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
}

TEST(Printable, CutsBetweenCharacters) {
  EXPECT_EQ(printable("abcdef", 3), "abc...");
  EXPECT_EQ(printable("abc", 3), "abc");
  EXPECT_EQ(printable("\u00e9\u00e9", 3), "\u00e9...");
}

TEST(PrintablePath, IsCutInTheMiddle) {
  EXPECT_EQ(printable_path("a/b.jpg"), "a/b.jpg");
  EXPECT_EQ(printable_path("a/\x1b[2J"), "a/\\x1b[2J");
  const std::string folders(5000, 'a');
  const std::string cut = printable_path(folders + "/b.jpg");
  EXPECT_LT(cut.size(), 1100U);
  EXPECT_TRUE(cut.starts_with("aaa")) << cut;
  EXPECT_TRUE(cut.ends_with("aaa/b.jpg")) << cut;
  EXPECT_NE(cut.find("a...a"), std::string::npos) << cut;
}

TEST(PrintablePath, IsCutBetweenCharacters) {
  for (const char* shift : {"", "x", "xy"}) {
    std::string path = shift;
    for (int i = 0; i < 1000; ++i) path += "\u72d7";
    const std::string cut = printable_path(path);
    const std::string behind = cut.substr(cut.find("...") + 3);
    EXPECT_EQ(behind.size() % 3, 0U);
    EXPECT_TRUE(behind.starts_with("\u72d7"));
  }
}

}  // namespace
}  // namespace storyteller::printable_test
