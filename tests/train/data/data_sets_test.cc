// How the data sets of a training are named and weighed.
#include "train/data/data_sets.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::data_sets_test {
namespace {

std::string name_of(const std::string& text) { return parse_data_set(text).name; }

TEST(DataSets, AreCalledAsTheirFolderOrFile) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "my photos.v2");
  write_text(folder / "captions.csv", "image,caption\n");
  EXPECT_EQ(name_of("jsonl:" + (folder / "my photos.v2").string()), "my_photos.v2");
  EXPECT_EQ(name_of("jsonl:" + (folder / "my photos.v2").string() + "/"), "my_photos.v2");
  EXPECT_EQ(name_of("csv:" + (folder / "captions.csv").string()), "captions");
  EXPECT_EQ(name_of("jsonl:-"), "jsonl");
  EXPECT_EQ(name_of("scenes"), "scenes");
  EXPECT_EQ(name_of("scenes:side=64,train=8"), "scenes");
}

TEST(DataSets, TakeANameInFrontOfTheFormat) {
  const DataSet set = parse_data_set("toys=scenes:side=64,train=8");
  EXPECT_EQ(set.name, "toys");
  EXPECT_EQ(set.specification, "scenes:side=64,train=8");
  EXPECT_EQ(parse_data_set("toys=scenes").specification, "scenes");
  EXPECT_EQ(parse_data_set("jsonl:a=b").specification, "jsonl:a=b") << "of the path";
  for (const char* text : {"=scenes", "a b=scenes", "a/b=scenes", "\xC3\xA9=scenes"}) {
    message_of<UsageError>([&] { parse_data_set(text); });
  }
}

TEST(DataSets, OfOneNameAreRefusedWithTheFix) {
  const std::vector<std::string> texts = {"jsonl:a/images", "csv:b/images"};
  const std::string message = message_of<UsageError>([&] { parse_data_sets(texts); });
  EXPECT_NE(message.find("called 'images'"), std::string::npos) << message;
  EXPECT_NE(message.find("NAME=csv:b/images"), std::string::npos) << message;
  const std::vector<std::string> named = {"jsonl:a/images", "other=csv:b/images"};
  EXPECT_EQ(parse_data_sets(named)[1].name, "other");
}

TEST(DataSets, TakeWeightsByName) {
  std::vector<DataSet> sets = {{"a", "scenes"}, {"b", "scenes"}, {"c", "scenes"}};
  take_weights("c:0.5, b:2", "`data_weights`", &sets);
  EXPECT_EQ(sets[0].weight, 1);
  EXPECT_EQ(sets[1].weight, 2);
  EXPECT_EQ(sets[2].weight, 0.5);
  for (const char* list : {"d:2", "a:0", "a:x", "a:2,a:3"}) {
    const std::string message =
        message_of<UsageError>([&] { take_weights(list, "`data_weights`", &sets); });
    EXPECT_NE(message.find("`data_weights`"), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace storyteller::data_sets_test
