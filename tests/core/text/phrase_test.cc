#include "core/text/phrase.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace storyteller::phrase_test {
namespace {

TEST(Phrase, TextsAreJoined) {
  EXPECT_EQ(joined(std::vector<std::string>{"a", "", "b"}), "a, , b");
  EXPECT_EQ(joined(std::array<std::string_view, 2>{"a", "b"}, "; "), "a; b");
  EXPECT_EQ(joined(std::vector<std::string>{}), "");
}

TEST(Phrase, OneIsNoPlural) {
  EXPECT_EQ(counted(0, "line is", "lines are"), "0 lines are");
  EXPECT_EQ(counted(1, "line is", "lines are"), "1 line is");
  EXPECT_EQ(counted(2, "line is", "lines are"), "2 lines are");
}

}  // namespace
}  // namespace storyteller::phrase_test
