#include "train/data/picture_finder.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/text/unicode_form.h"
#include "tests/temporary_folder.h"
#include "train/text/field_names.h"

namespace storyteller::picture_finder_test {
namespace {

class PictureFinderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"p.jpg", "images/q.jpg", "images/a b.jpg", "images/a+b.jpg",
                             "images/cafe\xCC\x81.jpg", "images/U.JPG", "images/two.jpg",
                             "images/TWO.jpg", "images/one/deep.png", "images/plus sign.jpg"}) {
      write_text(folder_ / "set" / name, "?");
    }
    write_text(folder_ / "outside.jpg", "?");
  }
  std::filesystem::path set() const { return folder_ / "set"; }
  PictureFinder::Found find(const std::string& name) {
    PictureFinder finder({set(), set() / "images"});
    return finder.find(name);
  }
  void expect(const std::string& name, const std::string& file, const std::string& way) {
    const auto found = find(name);
    EXPECT_EQ(found.file.lexically_normal(), file.empty() ? "" : set() / file)
        << name << ": " << found.problem;
    EXPECT_EQ(found.way, way) << name;
  }

  TemporaryFolder folder_;
};

TEST_F(PictureFinderTest, TakesTheNameAsItIsBeforeAllElse) {
  expect("p.jpg", "p.jpg", "");
  expect("q.jpg", "images/q.jpg", "");
  expect("images/q.jpg", "images/q.jpg", "");
  expect("a+b.jpg", "images/a+b.jpg", "");
  expect("a b.jpg", "images/a b.jpg", "");
}

TEST_F(PictureFinderTest, KnowsWhatListsWrite) {
  expect("./p.jpg", "p.jpg", "");
  expect("images\\q.jpg", "images/q.jpg", "with / for \\");
  expect(" q.jpg ", "images/q.jpg", "without the blanks around it");
  expect("a%20b.jpg", "images/a b.jpg", "with %.. decoded");
  expect("plus+sign.jpg", "images/plus sign.jpg", "with blanks for +");
  expect("https://host/x/q.jpg?size=3#y", "images/q.jpg",
         "by the end of its link and without the folders in front");
  expect("q", "images/q.jpg", "with .jpg");
  expect("one/deep", "images/one/deep.png", "with .png");
  expect("train2017/q.jpg", "images/q.jpg", "without the folders in front");
  expect("C:\\data\\q.jpg", "images/q.jpg", "with / for \\ and without the folders in front");
  expect("/gone/images/q.jpg", "images/q.jpg", "without the folders in front");
  expect((set() / "images/q.jpg").string(), "images/q.jpg", "inside of the folder");
  expect("u.jpg", "images/U.JPG", "in another case");
  expect("ONE/DEEP.PNG", "images/one/deep.png", "in another case");
  expect("caf\xC3\xA9.jpg", "images/cafe\xCC\x81.jpg", "in the other Unicode form (NFC or NFD)");
}

TEST_F(PictureFinderTest, DoesNotGuess) {
  expect("Two.jpg", "", "");  // two.jpg or TWO.jpg
  EXPECT_NE(find("Two.jpg").problem.find("no such file in"), std::string::npos);
  EXPECT_NE(find("../outside.jpg").problem.find("lies outside of"), std::string::npos);
  EXPECT_NE(find((folder_ / "outside.jpg").string()).problem.find("lies outside of"),
            std::string::npos);
  for (const std::string& name : std::vector<std::string>{"", ".", "..", "/", {"a\0b", 3}}) {
    EXPECT_TRUE(find(name).file.empty()) << name;
    EXPECT_FALSE(find(name).problem.empty()) << name;
  }
  std::filesystem::create_directories(set() / "images/x/y");
  write_text(set() / "images/x/y/lost.jpg", "?");
  EXPECT_NE(find("lost.jpg").problem.find("x/y/lost.jpg is there"), std::string::npos);
}

TEST_F(PictureFinderTest, TheProposalAndTheWaysEndAfterManyVainTries) {
  PictureFinder finder({set()});
  for (int i = 0; i < 1500; ++i) {
    EXPECT_TRUE(finder.find("gone" + std::to_string(i) + ".jpg").file.empty());
  }
  EXPECT_TRUE(finder.find("images\\q.jpg").file.empty());
  EXPECT_FALSE(finder.find("p.jpg").file.empty());
}

TEST(PlainName, IsOneNameForOneFile) {
  EXPECT_EQ(plain_name("./a//b.jpg"), "a/b.jpg");
  EXPECT_EQ(plain_name("a/./x/../b.jpg"), "a/b.jpg");
  EXPECT_EQ(plain_name("a.jpg"), "a.jpg");
  EXPECT_EQ(plain_name("../a.jpg"), "../a.jpg");
  EXPECT_EQ(plain_name("http://host//a.jpg"), "http://host//a.jpg");
  EXPECT_EQ(plain_name("./"), "./");
}

TEST(FoldedName, UnitesCaseAndUnicodeForm) {
  EXPECT_EQ(folded_name("\xC3\x89T\xC3\x89.JPG"), folded_name("e\xCC\x81te\xCC\x81.jpg"));
  EXPECT_NE(folded_name("\xC3\xA9"), folded_name("\xC3\xA8"));
  // Composed of what is composed (U+1EA5), and by arithmetic (U+AC01).
  EXPECT_EQ(decomposed("\xE1\xBA\xA5"), decomposed("a\xCC\x82\xCC\x81"));
  EXPECT_EQ(decomposed("\xEA\xB0\x81"), U"\u1100\u1161\u11A8");
}

TEST(FoundWays, AreToldWithNumberAndExample) {
  FoundWays ways;
  ways.count("in another case", "a.JPG", "dir/a.jpg");
  ways.count("in another case", "b.JPG", "dir/b.jpg");
  EXPECT_EQ(ways.notes("set"), std::vector<std::string>{"set: 2 pictures were found in another "
                                                        "case, such as 'a.JPG' as 'dir/a.jpg'"});
}

}  // namespace
}  // namespace storyteller::picture_finder_test
