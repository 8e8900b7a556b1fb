#include "model/image/file_bytes.h"

#include <gtest/gtest.h>

namespace storyteller {
namespace {

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
}  // namespace storyteller
