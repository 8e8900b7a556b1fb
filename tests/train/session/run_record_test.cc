// What --resume finds changed.
#include "train/session/run_record.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::run_record_test {
namespace {

RunRecord record() {
  RunRecord record;
  record.train = {.content = UINT64_MAX - 1, .pictures = 40, .captions = 80};
  record.validation = {.content = 7, .pictures = 4, .captions = 8};
  record.settings = {{"hidden", "32"}, {"seed", "1"}, {"encoder_training", ""}};
  record.threads = 2;
  record.device = "cpu";
  record.encoder_weights = "a\"b.pth";
  return record;
}

TEST(RunRecord, ComesBackFromJson) {
  const RunRecord back = run_record_from_json(to_json(record()), "last");
  EXPECT_EQ(to_json(back), to_json(record()));
  EXPECT_EQ(back.train, record().train);
  EXPECT_TRUE(changed_data(back, record()).empty());
  EXPECT_TRUE(changed_machine(back, record()).empty());
  EXPECT_NE(message_of<ModelError>([] { run_record_from_json("{}", "last"); }).find("last"),
            std::string::npos);
}

TEST(RunRecord, NamesSettingsThatDiffer) {
  auto now = record().settings;
  now["hidden"] = "64";
  now["encoder_training"] = "all";
  now["of_a_later_version"] = "1";
  EXPECT_EQ(changed_settings(now, record().settings, "the run"),
            (std::vector<std::string>{"encoder_training is all, the run has ''",
                                      "hidden is 64, the run has 32"}));
}

TEST(RunRecord, NamesDataAndMachineThatDiffer) {
  RunRecord now = record();
  now.train = {.content = 1, .pictures = 39, .captions = 78};
  now.validation.content = 8;
  const auto lines = changed_data(now, record());
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0],
            "train is 39 pictures with 78 captions, the run has 40 pictures with 80 captions");
  EXPECT_NE(lines[1].find("val is 4 pictures with 8 captions as in the run, but others"),
            std::string::npos);
  now.threads = 1;
  ASSERT_EQ(changed_machine(now, record()).size(), 1U);
  EXPECT_NE(changed_machine(now, record())[0].find("`threads` is 1, the run has 2"),
            std::string::npos);
}

TEST(RunRecord, NamesTheDataSetThatDiffers) {
  EXPECT_EQ(to_json(record()).find("sets"), std::string::npos) << "as before there were several";
  RunRecord then = record();
  then.sets = {{"a", {1, 2, 3}, {4, 5, 6}}, {"b", {7, 8, 9}, {}}};
  RunRecord now = run_record_from_json(to_json(then), "last");
  EXPECT_TRUE(changed_data(now, then).empty());
  now.sets[1].train.pictures = 10;
  EXPECT_EQ(changed_data(now, then),
            (std::vector<std::string>{"train of b is 10 pictures with 9 captions, the run has 8 "
                                      "pictures with 9 captions"}));
  std::swap(now.sets[0], now.sets[1]);
  EXPECT_EQ(changed_data(now, then),
            (std::vector<std::string>{"the data sets are b, a, the run has a, b"}));
}

TEST(RunRecord, NamesTeachersThatDiffer) {
  RunRecord then = record();
  EXPECT_EQ(to_json(then).find("teachers"), std::string::npos) << "as before there were any";
  then.teachers = {{"a", UINT64_MAX - 2}, {"b", 5}};
  RunRecord now = run_record_from_json(to_json(then), "last");
  EXPECT_EQ(changed_teachers(now, then), "");
  now.teachers[0].file = "moved";
  EXPECT_EQ(changed_teachers(now, then), "") << "the same file elsewhere";
  std::swap(now.teachers[0], now.teachers[1]);
  EXPECT_EQ(changed_teachers(now, then), "teacher 1, b, is not that of the run, a");
  now.teachers.clear();
  EXPECT_EQ(changed_teachers(now, then), "0 teachers where the run has 2 teachers (a, b)");
}

TEST(RunRecord, KnowsOtherCaptionsOfTheSamePictures) {
  auto captions = TinyDataset::varied_captions(4);
  const auto data = RunRecord::of(TinyDataset(captions));
  EXPECT_EQ(RunRecord::of(TinyDataset(captions)), data);
  EXPECT_EQ(data.pictures, 4U);
  EXPECT_EQ(data.captions, 8U);
  std::swap(captions[0], captions[1]);
  EXPECT_NE(RunRecord::of(TinyDataset(captions)).content, data.content);
}

}  // namespace
}  // namespace storyteller::run_record_test
