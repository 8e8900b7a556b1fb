#include "train/metrics/files/image_ids.h"

#include <gtest/gtest.h>

namespace storyteller::image_ids_test {
namespace {

std::vector<NamedImage> named(const std::vector<std::string>& ids) {
  std::vector<NamedImage> images;
  for (const std::string& id : ids) images.push_back({.id = id});
  return images;
}

/// The partners of `from`, "-" for none.
std::vector<std::string> partners(const std::vector<NamedImage>& from,
                                  const std::vector<NamedImage>& to) {
  const MatchedIds matched = match_ids(from, to);
  std::vector<std::string> found;
  for (const NamedImage& image : from) {
    const auto at = matched.partner.find(image.id);
    found.push_back(at == matched.partner.end() ? "-" : at->second);
  }
  return found;
}

using Ids = std::vector<std::string>;

TEST(ImageIds, AsTheyStandComesFirst) {
  const auto ids = named({"1", "2"});
  EXPECT_EQ(match_ids(ids, ids).way, "");
  EXPECT_EQ(partners(named({"1", "2", "9"}), ids), (Ids{"1", "2", "-"}));
}

TEST(ImageIds, MeetByNameAndByNumber) {
  EXPECT_EQ(partners(named({"/data/in/a.jpg"}), named({"a.jpg"})), (Ids{"a.jpg"}));
  EXPECT_EQ(partners(named({"C:\\in\\a.jpg"}), named({"./a.jpg"})), (Ids{"./a.jpg"}));
  EXPECT_EQ(partners(named({"./000000001"}), named({"000000001.jpg"})), (Ids{"000000001.jpg"}));
  EXPECT_EQ(partners(named({"000000000042", "7.png"}), named({"42", "7"})), (Ids{"42", "7"}));
  EXPECT_EQ(partners(named({"COCO_val2014_000000000042.jpg"}), named({"42"})), (Ids{"42"}));
  EXPECT_EQ(partners(named({"a.jpg"}), {{.id = "17", .file = "val/a.jpg"}}), (Ids{"17"}));
  EXPECT_EQ(partners(named({"a.jpg#0", "a.jpg#1"}), named({"a.jpg"})), (Ids{"a.jpg", "a.jpg"}));
}

TEST(ImageIds, FoldersTellPicturesOfOneNameApart) {
  EXPECT_EQ(partners(named({"/d/x/1.jpg", "/d/y/1.jpg"}), named({"x/1.jpg", "y/1.jpg"})),
            (Ids{"x/1.jpg", "y/1.jpg"}));
  EXPECT_EQ(partners(named({"x/1.jpg", "y/1.jpg"}), named({"1.jpg"})), (Ids{"-", "-"}))
      << "either could be meant";
}

TEST(ImageIds, LettersInFrontOfANumberAreNoZeros) {
  EXPECT_EQ(partners(named({"p00", "p01"}), named({"0", "1"})), (Ids{"-", "-"}));
  EXPECT_EQ(partners(named({"img_1"}), named({"1"})), (Ids{"-"}));
}

}  // namespace
}  // namespace storyteller::image_ids_test
