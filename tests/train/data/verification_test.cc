#include "train/data/verification.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/train/data/format_fixtures.h"
#include "train/data/opened_splits.h"
#include "train/data/statistics.h"

namespace storyteller::verification_test {
namespace {

class DataRoom : public testing::Test {
 protected:
  TemporaryFolder folder_;
  FormatFixtures fixtures_{folder_.path()};
  std::string data_ = fixtures_.make("flickr8k");
};

TEST_F(DataRoom, VerificationNamesWhatCannotBeUsed) {
  write_text(folder_ / "flickr8k/images" / FormatFixtures::name(1), "no picture");
  std::filesystem::remove(folder_ / "flickr8k/images" / FormatFixtures::name(2));
  const auto dataset = open_dataset(data_, Split::kTrain, {.max_bad = {.share = 1}});
  size_t told = 0;
  const Verification found = verify(*dataset, 1, [&](size_t done, size_t total) {
    told = done;
    EXPECT_EQ(total, 5U);
  });
  EXPECT_EQ(told, 5U);
  EXPECT_EQ(found.listed, 6U);
  EXPECT_EQ(found.captions, 10U);
  ASSERT_EQ(found.bad.count(), 2U);
  EXPECT_EQ(found.bad.all()[0].name, FormatFixtures::name(2)) << "missing when the set was opened";
  EXPECT_EQ(found.bad.all()[1].name, FormatFixtures::name(1));
  EXPECT_TRUE(found.repaired.empty());
}

TEST_F(DataRoom, StatisticsCountCaptionsAndWords) {
  const DatasetStatistics s = statistics_of(*open_dataset(data_, Split::kTrain));
  EXPECT_EQ(s.pictures, 6U);
  EXPECT_EQ(s.captions, 12U);
  EXPECT_EQ(s.fewest_captions, 2U);
  EXPECT_EQ(s.most_captions, 2U);
  EXPECT_EQ(s.words, 12 * 5U) << "a dog number 0 runs; the cat of 0 runs";
  EXPECT_EQ(s.median, 5U);
  EXPECT_EQ(s.distinct, 7 + 6U);
  EXPECT_EQ(s.frequent, 7U);
}

TEST_F(DataRoom, SplitsAreOpenedByNameOrAll) {
  EXPECT_EQ(open_splits(data_, "", {}).size(), 3U);
  const auto one = open_splits(data_, "val", {});
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].split, Split::kVal);
  EXPECT_EQ(one[0].dataset->size(), 2U);
  EXPECT_THROW(open_splits("jsonl:-", "", {}), UsageError);
  EXPECT_THROW(open_splits("flickr8k:" + (folder_ / "none").string(), "", {}), InputError);

  std::filesystem::remove(folder_ / "flickr8k/Flickr_8k.devImages.txt");
  const auto two = open_splits(data_, "", {});
  ASSERT_EQ(two.size(), 3U);
  EXPECT_EQ(two[1].dataset, nullptr);
  EXPECT_NE(two[1].problem, "");
}

}  // namespace
}  // namespace storyteller::verification_test
