#include "tools/cli/help_text.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace storyteller::help_text_test {
namespace {

TEST(HelpText, GoesOnUnderItsColumn) {
  EXPECT_EQ(wrapped_help("  --beam INT   beam size of the search that is made; 1: greedy\n", 40),
            "  --beam INT   beam size of the search\n"
            "               that is made; 1: greedy\n");
  EXPECT_EQ(wrapped_help("      one two three four five six seven eight nine\n", 40),
            "      one two three four five six seven\n"
            "      eight nine\n");
  EXPECT_EQ(wrapped_help("short\n\nUsage: a b\n", 40), "short\n\nUsage: a b\n");
}

TEST(HelpText, WordsAreNotBroken) {
  const std::string word(60, 'x');
  EXPECT_EQ(wrapped_help("  --a  " + word + " b\n", 40), "  --a  " + word + "\n       b\n");
  EXPECT_EQ(wrapped_help(word, 40), word);
}

TEST(HelpText, WidthFollowsColumns) {
  ::setenv("COLUMNS", "80", 1);
  EXPECT_EQ(help_width(), 80U);
  ::setenv("COLUMNS", "1000", 1);
  EXPECT_EQ(help_width(), 120U);
  ::unsetenv("COLUMNS");
  EXPECT_EQ(help_width(), 100U);
}

}  // namespace
}  // namespace storyteller::help_text_test
