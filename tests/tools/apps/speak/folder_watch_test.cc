// New pictures of a folder, told by the system or found by looking again and again.
#include "tools/apps/speak/folder_watch.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "core/error.h"
#include "tests/model/image/fixtures.h"
#include "tests/temporary_folder.h"

namespace storyteller::speak::folder_watch_test {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

std::string picture() {
  const auto bytes = fixtures::make_png(8, 8, fixtures::smooth_picture(8, 8).rgb);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class FolderWatchTest : public testing::TestWithParam<bool> {
 protected:
  FolderWatchOptions options(bool existing = false) const {
    return {.existing = existing, .polls = GetParam(), .interval = milliseconds(20)};
  }
  static std::string next(FolderWatch& watch, int wait = 5000) {
    const auto found = watch.next(milliseconds(wait));
    return found ? found->path.filename().string() : "";
  }
  TemporaryFolder folder_;
};

TEST_P(FolderWatchTest, FindsWhatIsWrittenAndWhatIsMovedThere) {
  write_text(folder_ / "old.png", picture());
  FolderWatch watch(folder_.path(), options());
  EXPECT_EQ(watch.polls(), GetParam());
  EXPECT_EQ(next(watch, 60), "");
  write_text(folder_ / "new.png", picture());
  EXPECT_EQ(next(watch), "new.png");
  const TemporaryFolder other;
  write_text(other / "moved", picture());
  fs::rename(other / "moved", folder_ / "moved");  // a name without an ending
  EXPECT_EQ(next(watch), "moved");
  EXPECT_EQ(next(watch, 60), "");
  // A new content of an old name is a new picture.
  write_text(folder_ / "old.png", picture() + "more");
  EXPECT_EQ(next(watch), "old.png");
}

TEST_P(FolderWatchTest, LeavesAHalfWrittenPictureAlone) {
  FolderWatch watch(folder_.path(), options());
  std::ofstream file(folder_ / "slow.png", std::ios::binary);
  for (int i = 0; i < 10; ++i) {
    file << picture().substr(static_cast<size_t>(i), 1) << std::flush;
    EXPECT_EQ(next(watch, 15), "") << i;
  }
  file << picture().substr(10);
  file.close();
  EXPECT_EQ(next(watch), "slow.png");
}

TEST_P(FolderWatchTest, PassesOverWhatIsNoPicture) {
  FolderWatch watch(folder_.path(), options());
  write_text(folder_ / "notes.txt", "hello");
  write_text(folder_ / ".hidden.png", picture());
  write_text(folder_ / "Thumbs.db", picture());
  write_text(folder_ / "half.jpg.part", picture());
  write_text(folder_ / "empty.jpg", "");
  fs::create_directory(folder_ / "folder.jpg");
  fs::create_symlink("nowhere", folder_ / "link.jpg");
  EXPECT_EQ(next(watch, 100), "");
  // Its name promises one: whoever reads it will say what is wrong.
  write_text(folder_ / "text.JPG", "hello");
  EXPECT_EQ(next(watch), "text.JPG");
}

TEST_P(FolderWatchTest, GivesWhatIsThereWhenAsked) {
  write_text(folder_ / "b.png", picture());
  write_text(folder_ / "a.png", picture());
  FolderWatch watch(folder_.path(), options(/*existing=*/true));
  const auto first = watch.next(milliseconds(0));
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->path.filename(), "a.png");
  EXPECT_TRUE(first->existing);
  EXPECT_EQ(next(watch), "b.png");
  write_text(folder_ / "c.png", picture());
  const auto later = watch.next(milliseconds(5000));
  ASSERT_TRUE(later.has_value());
  EXPECT_FALSE(later->existing);
}

TEST_P(FolderWatchTest, SaysThatTheFolderIsGone) {
  const auto inner = folder_ / "inner";
  fs::create_directory(inner);
  FolderWatch watch(inner, options());
  fs::remove(inner);
  EXPECT_THROW(next(watch), IoError);
  EXPECT_THROW(FolderWatch(folder_ / "none", options()), InputError);
  write_text(folder_ / "file", "x");
  EXPECT_THROW(FolderWatch(folder_ / "file", options()), InputError);
}

INSTANTIATE_TEST_SUITE_P(Told, FolderWatchTest, testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Polls, FolderWatchTest, testing::Values(true));

}  // namespace
}  // namespace storyteller::speak::folder_watch_test
