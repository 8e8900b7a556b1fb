// Room for files to come is asked for before hours of work.
#include "core/system/disk_room.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/in_child.h"
#include "tests/temporary_folder.h"

namespace storyteller::disk_room_test {
namespace {

TEST(DiskRoom, IsThereForSmallFilesAndLeavesNothing) {
  const TemporaryFolder folder;
  EXPECT_NO_THROW(require_room(folder.path(), {1000, 0, 2'000'000}));
  EXPECT_EQ(folder.files(), 0);
  EXPECT_NO_THROW(require_room(folder / "missing", {1000})) << "cannot say";
}

TEST(DiskRoom, IsNotThereForMoreThanAnyDisk) {
  const TemporaryFolder folder;
  const auto message =
      message_of<IoError>([&] { require_room(folder.path(), {uint64_t{1} << 55U}); });
  EXPECT_NE(message.find(folder.path().string()), std::string::npos) << message;
  EXPECT_NE(message.find("36028797018963968 bytes needed"), std::string::npos) << message;
  EXPECT_EQ(folder.files(), 0);
}

TEST(DiskRoom, ALimitOfTheFileSizeCountsForEachFile) {
  const TemporaryFolder folder;
  const int status = in_child([&] {
    limit_file_size(5000);
    try {
      require_room(folder.path(), {4000, 4000});
    } catch (const IoError&) {
      return 1;
    }
    try {
      require_room(folder.path(), {6000});
      return 2;
    } catch (const IoError& error) {
      return std::string(error.what()).find("ulimit") != std::string::npos ? 0 : 3;
    }
  });
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace storyteller::disk_room_test
