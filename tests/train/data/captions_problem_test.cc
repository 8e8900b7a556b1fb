#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tests/train/data/format_fixtures.h"
#include "train/data/dataset.h"

namespace storyteller::captions_problem_test {
namespace {

/// Ten pictures beside captions.jsonl, where picture 3 has `captions` (the inside of an array).
std::string with_captions(const TemporaryFolder& folder, const std::string& captions) {
  std::string lines;
  for (int i = 0; i < FormatFixtures::kPictures; ++i) {
    const std::string name = FormatFixtures::name(i);
    write_png(folder / name, FormatFixtures::picture(i));
    lines += "{\"image\": \"" + name + "\", \"split\": \"val\", \"captions\": [" +
             (i == 3 ? captions : "\"A dog .\"") + "]}\n";
  }
  write_text(folder / "captions.jsonl", lines);
  return "jsonl:" + folder.path().string();
}

TEST(CaptionsProblem, APictureWithoutWordsIsSkippedByName) {
  for (const std::string captions :
       {R"("...")", R"("!!!", ".")", R"("\ud83d\ude00")", R"("<br>")", R"("\u00a0\u200b")"}) {
    const TemporaryFolder folder;
    const auto dataset = open_dataset(with_captions(folder, captions), Split::kVal);
    EXPECT_EQ(dataset->size(), 9U);
    ASSERT_EQ(dataset->skipped().count(), 1U) << captions;
    EXPECT_EQ(dataset->skipped().all()[0].name, "p3.jpg");
    EXPECT_EQ(dataset->skipped().all()[0].reason, "no words in its captions");
  }
}

TEST(CaptionsProblem, OneCaptionWithWordsIsEnough) {
  const TemporaryFolder folder;
  const auto dataset = open_dataset(with_captions(folder, R"("...", "A cat .")"), Split::kVal);
  EXPECT_EQ(dataset->size(), 10U);
}

TEST(DatasetNumber, IsThatOfCocoAndKarpathy) {
  const TemporaryFolder folder;
  const FormatFixtures fixtures(folder.path());
  const auto coco = open_dataset(fixtures.make("coco2017"), Split::kVal);
  ASSERT_GT(coco->size(), 0U);
  EXPECT_TRUE(coco->number(0).has_value());
  EXPECT_NE(coco->number(0), coco->number(1));
  const auto flickr = open_dataset(fixtures.make("flickr8k"), Split::kVal);
  EXPECT_FALSE(flickr->number(0).has_value());
}

}  // namespace
}  // namespace storyteller::captions_problem_test
