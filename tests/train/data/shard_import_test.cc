#include "train/data/shard_import.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/train/data/format_fixtures.h"

namespace storyteller::shard_import_test {
namespace {

namespace fs = std::filesystem;

class ShardImportTest : public testing::Test {
 protected:
  std::vector<OpenedSplit> splits() const { return open_splits(data_, "", {}); }

  TemporaryFolder folder_;
  FormatFixtures fixtures_{folder_.path()};
  std::string data_ = fixtures_.make("flickr8k");
};

TEST_F(ShardImportTest, CopiesPicturesAndCaptions) {
  const fs::path out = folder_ / "shards";
  {
    ShardImport import(out);
    for (const OpenedSplit& split : splits()) {
      size_t told = 0;
      const ImportedSplit copied = import.copy(split, 0, [&](size_t done, size_t) { told = done; });
      EXPECT_EQ(copied.pictures, split.dataset->size());
      EXPECT_EQ(told, copied.pictures);
      EXPECT_EQ(copied.captions, 2 * copied.pictures);
      EXPECT_EQ(copied.shards, 1U);
      EXPECT_TRUE(copied.bad.empty());
    }
    EXPECT_EQ(import.renamed_note(), "");
    EXPECT_THROW(open_dataset("shards:" + out.string(), Split::kTrain), InputError);
    import.deliver();
  }
  EXPECT_FALSE(fs::exists(out / ".unfinished"));
  const auto copy = open_dataset("shards:" + out.string(), Split::kVal);
  const auto original = open_dataset(data_, Split::kVal);
  ASSERT_EQ(copy->size(), original->size());
  for (size_t i = 0; i < copy->size(); ++i) {
    EXPECT_EQ(copy->id(i), original->id(i));
    EXPECT_EQ(copy->captions(i), original->captions(i));
    EXPECT_EQ(copy->picture_bytes(i), original->picture_bytes(i));
  }
  EXPECT_THROW(ShardImport again(out), UsageError);
}

TEST_F(ShardImportTest, LeavesNothingThatWasNotDelivered) {
  const fs::path out = folder_ / "shards";
  {
    ShardImport import(out);
    import.copy(splits().front(), 0);
    EXPECT_TRUE(fs::exists(out / ".unfinished"));
  }
  EXPECT_TRUE(fs::is_empty(out));
}

}  // namespace
}  // namespace storyteller::shard_import_test
