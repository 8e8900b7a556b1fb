#include "train/data/formats/hash_split.h"

#include <gtest/gtest.h>

namespace storyteller::hash_split_test {
namespace {

PictureList divided(size_t pictures, const std::string& prefix) {
  PictureList list(Split::kTrain);
  for (size_t i = 0; i < pictures; ++i) {
    list.add(prefix + std::to_string(i) + ".jpg", Split::kTrain);
  }
  divide_by_name(list);
  return list;
}

TEST(HashSplit, LeavesNoSmallSetWithoutValidation) {
  for (size_t pictures = 1; pictures <= 450; ++pictures) {
    for (int seed = 0; seed < 5; ++seed) {
      const PictureList list = divided(pictures, std::to_string(seed) + "-");
      const size_t train = list.count(Split::kTrain), val = list.count(Split::kVal),
                   test = list.count(Split::kTest);
      ASSERT_EQ(train + val + test, pictures);
      ASSERT_GE(2 * train + 1, pictures) << pictures;
      const size_t fewest_val = pictures < 2                      ? 0
                                : pictures < 10                   ? 1
                                : pictures < 40 || pictures > 400 ? 2
                                                                  : (pictures - 10) / 20;
      ASSERT_GE(val, fewest_val) << pictures;
      ASSERT_GE(test, pictures < 20 ? 0U : 2U) << pictures;
    }
  }
}

TEST(HashSplit, LargeSetsKeepTheirHash) {
  const PictureList list = divided(20000, "photo");
  for (size_t i = 0; i < list.size(); ++i) {
    ASSERT_EQ(list.split(i), split_by_name(list.name(i))) << list.name(i);
  }
}

TEST(HashSplit, DependsOnTheNamesAndNotOnTheirOrder) {
  const PictureList list = divided(30, "p");
  PictureList reversed(Split::kTrain);
  for (size_t i = list.size(); i-- > 0;) reversed.add(list.name(i), Split::kTrain);
  divide_by_name(reversed);
  for (size_t i = 0; i < list.size(); ++i) {
    EXPECT_EQ(reversed.split(*reversed.find(list.name(i))), list.split(i));
  }
}

}  // namespace
}  // namespace storyteller::hash_split_test
