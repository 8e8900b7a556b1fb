#include "train/text/split_names.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::split_names_test {
namespace {

TEST(SplitNames, PeoplesWordsForTheThreeParts) {
  for (const char* name :
       {"train", "Train", "TRAINING", " train ", "trn", "restval", "train2017"}) {
    EXPECT_EQ(split_named(name), Split::kTrain) << name;
  }
  for (const char* name : {"val", "valid", "Validation", "dev", "eval", "minival", "val2014"}) {
    EXPECT_EQ(split_named(name), Split::kVal) << name;
  }
  for (const char* name : {"test", "Testing", "tst\t"}) EXPECT_EQ(split_named(name), Split::kTest);
  for (const char* name : {"", "trainval", "all", "0", "2017", "trian", "train 2"}) {
    EXPECT_EQ(split_named(name), std::nullopt) << name;
  }
}

TEST(SplitNames, NoneIsNamedWhereTheCellIsEmptyOrMissing) {
  for (const char* name : {"", " ", "nan", "NaN", "None", "null", "<NA>"}) {
    EXPECT_TRUE(names_no_split(name)) << name;
  }
  EXPECT_FALSE(names_no_split("train"));
}

TEST(SplitNames, NamesOfFilesTellTheSplit) {
  EXPECT_EQ(split_in_name("train-000000.tar"), Split::kTrain);
  EXPECT_EQ(split_in_name("cc3m-Validation-3.tar"), Split::kVal);
  EXPECT_EQ(split_in_name("captions_train2017.json"), Split::kTrain);
  EXPECT_EQ(split_in_name("coco_karpathy_test.json"), Split::kTest);
  EXPECT_EQ(split_in_name("00000.tar"), std::nullopt);
  EXPECT_EQ(split_in_name("evaluated-contest.tar"), std::nullopt);
  EXPECT_EQ(split_in_name(""), std::nullopt);
}

TEST(SplitNames, UnknownNamesAreAnErrorWithASuggestion) {
  EXPECT_NE(unknown_split("trian").find("did you mean 'train'"), std::string::npos);
  EXPECT_NE(unknown_split("Valdation").find("did you mean 'validation'"), std::string::npos);
  EXPECT_THROW(parse_split("all"), UsageError);
}

}  // namespace
}  // namespace storyteller::split_names_test
