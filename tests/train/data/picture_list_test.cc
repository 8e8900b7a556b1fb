#include "train/data/formats/picture_list.h"

#include <gtest/gtest.h>

namespace storyteller::picture_list_test {
namespace {

TEST(PictureList, CaptionsThatStandTwiceCountOnceAndAreTold) {
  PictureList list(Split::kTrain);
  for (int i = 0; i < 10; ++i) {
    const size_t picture = list.add(std::to_string(i), Split::kTrain);
    for (int twice = 0; twice < 2; ++twice) list.add_caption(picture, "A dog runs .");
    list.add_caption(picture, "Another one .");
  }
  list.finish();
  EXPECT_EQ(list.captions_of(3), (std::vector<std::string>{"A dog runs .", "Another one ."}));
  ASSERT_EQ(list.notes("set").size(), 1U);
  EXPECT_EQ(list.notes("set")[0],
            "set: 10 captions stand twice for their picture and count once, such as 0: A dog runs "
            ".");
}

TEST(PictureList, BlanksAndALastPointMakeNoOtherCaption) {
  PictureList list(Split::kTrain);
  const size_t picture = list.add("a", Split::kTrain);
  for (const char* same : {"A dog runs .", "A dog  runs", " A dog runs.", "A dog runs . "}) {
    list.add_caption(picture, same);
  }
  for (const char* other : {"A dog runs !", "a dog runs .", "...", ". ."}) {
    list.add_caption(picture, other);
  }
  list.finish();
  EXPECT_EQ(list.captions_of(picture), (std::vector<std::string>{"A dog runs .", "A dog runs !",
                                                                 "a dog runs .", "...", ". ."}));
}

TEST(PictureList, AFewEqualCaptionsAreOfTwoPeople) {
  PictureList list(Split::kTrain);
  for (int i = 0; i < 100; ++i) {
    const size_t picture = list.add(std::to_string(i), Split::kTrain);
    list.add_caption(picture, "A dog .");
    list.add_caption(picture, i == 7 ? "A dog ." : "It runs .");
  }
  list.finish();
  EXPECT_EQ(list.captions_count(7), 2U);
  EXPECT_TRUE(list.notes("set").empty());
}

TEST(PictureList, ASecondSplitOfAPictureIsTold) {
  PictureList list(Split::kTrain);
  list.add("a.jpg", Split::kVal);
  list.add("./a.jpg", Split::kTrain);  // the same file
  list.add("b.jpg", Split::kTrain);
  list.finish();
  EXPECT_EQ(list.size(), 2U);
  EXPECT_EQ(list.split(0), Split::kVal);
  EXPECT_NE(list.notes("set").at(0).find("a.jpg (val and train)"), std::string::npos);
}

}  // namespace
}  // namespace storyteller::picture_list_test
