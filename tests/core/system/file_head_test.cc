#include "core/system/file_head.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/temporary_folder.h"

namespace storyteller::file_head_test {
namespace {

TEST(FileHead, IsTheFrontOfAFile) {
  const TemporaryFolder folder;
  write_text(folder / "a", std::string("a\0b", 3));
  EXPECT_EQ(file_head(folder / "a"), std::string("a\0b", 3));
  EXPECT_EQ(file_head(folder / "a", 2), std::string("a\0", 2));
}

TEST(FileHead, IsEmptyWhereNothingCanBeRead) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  for (const char* name : {"missing", ".", "pipe"}) EXPECT_EQ(file_head(folder / name), "") << name;
}

}  // namespace
}  // namespace storyteller::file_head_test
