#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "train/data/dataset.h"
#include "train/data/formats/link_table.h"
#include "train/data/formats/numbered_pictures.h"

namespace storyteller::conceptual_test {
namespace {

class LinkTable : public ::testing::Test {
 protected:
  /// "number caption link" of every row.
  std::vector<std::string> rows(const std::string& text, const std::string& name = "t.tsv") const {
    write_text(folder_ / name, text);
    std::vector<std::string> all;
    for_each_link(folder_ / name, [&](const LinkRow& row) {
      all.push_back(std::to_string(row.number) + " " + std::string(row.caption) + " " +
                    std::string(row.link));
    });
    return all;
  }
  using Rows = std::vector<std::string>;
  TemporaryFolder folder_;
};

TEST_F(LinkTable, ALineOfTitlesIsNoPicture) {
  const Rows expected = {"0 a dog http://x/0", "1 a cat http://x/1"};
  EXPECT_EQ(rows("a dog\thttp://x/0\na cat\thttp://x/1\n"), expected);
  EXPECT_EQ(rows("caption\turl\na dog\thttp://x/0\na cat\thttp://x/1\n"), expected);
  EXPECT_EQ(rows("\xEF\xBB\xBF"
                 "Caption\tURL\r\na dog\thttp://x/0\r\na cat\thttp://x/1\r\n"),
            expected);
  EXPECT_EQ(rows("words\tplace\na dog\thttp://x/0\na cat\thttp://x/1\n"), expected);
  EXPECT_EQ(rows("url\tcaption\nhttp://x/0\ta dog\nhttp://x/1\ta cat\n"), expected);
  EXPECT_EQ(rows("caption,url\n\"a dog\",http://x/0\na cat,http://x/1\n", "t.csv"), expected);
}

TEST_F(LinkTable, TheLinkIsFoundWhereverItStands) {
  EXPECT_EQ(rows("http://x/0\ta dog\n"), Rows{"0 a dog http://x/0"});
  EXPECT_EQ(rows("a dog\thttp://x/0\t0.9\n"), Rows{"0 a dog http://x/0"});
  EXPECT_EQ(rows("a\tdog\thttp://x/0\n"), Rows{"0 a\tdog http://x/0"});
  EXPECT_EQ(rows("key\turl\tcaption\nk\thttp://x/0\ta dog\n"), Rows{"0 a dog http://x/0"});
  EXPECT_EQ(rows("a dog\tdir/p.jpg\na cat\tdir/q.jpg\n"),
            (Rows{"0 a dog dir/p.jpg", "1 a cat dir/q.jpg"}));
  EXPECT_EQ(rows("a dog\thttp://x/0\n\na cat\thttp://x/1\n"),
            (Rows{"0 a dog http://x/0", "1 a cat http://x/1"}));
  EXPECT_EQ(rows("caption,url\na dog, red,http://x/0\n", "t.csv"), Rows{"0 a dog, red http://x/0"});
  EXPECT_EQ(rows(""), Rows{});
  EXPECT_EQ(rows("caption\turl\n"), Rows{});
  EXPECT_THROW(rows("no columns\n"), InputError);
}

TEST_F(LinkTable, LinesThatAreNotUtf8AreCounted) {
  write_text(folder_ / "t.tsv", "a caf\xE9\thttp://x/0\na cat\thttp://x/1\n");
  const auto ignore = [](const LinkRow&) {};
  EXPECT_NE(for_each_link(folder_ / "t.tsv", ignore).find("not UTF-8"), std::string::npos);
  EXPECT_EQ(rows("a dog\thttp://x/0\n"), Rows{"0 a dog http://x/0"});
  EXPECT_EQ(for_each_link(folder_ / "t.tsv", ignore), "");
}

class NumberedPicturesTest : public ::testing::Test {
 protected:
  /// Those of its names that are there.
  std::vector<std::string> there(const NumberedPictures& numbered, uint32_t row) const {
    std::vector<std::string> found;
    for (const std::string& name : numbered.names(row)) {
      if (std::filesystem::exists(folder_ / name)) found.push_back(name);
    }
    return found;
  }
  TemporaryFolder folder_;
};

TEST_F(NumberedPicturesTest, KnowsWhatDownloadersCallThem) {
  for (const char* name :
       {"train/3.jpg", "train/00000003.png", "000000003.jpeg", "train/00000/000000003.jpg",
        "00000/00000003.jpg", "00000/0000000003.jpg", "train/3.JPEG"}) {
    write_text(folder_ / name, "?");
    const NumberedPictures numbered(folder_.path(), "train", 10);
    EXPECT_EQ(there(numbered, 3), std::vector<std::string>{name});
    EXPECT_TRUE(there(numbered, 2).empty());
    std::filesystem::remove(folder_ / name);
  }
}

TEST_F(NumberedPicturesTest, FoldersThatAreNotFullAreRefused) {
  for (const char* name : {"0000", "0499", "0998"}) {
    write_text(folder_ / "00000" / ("00000" + std::string(name) + ".jpg"), "?");
  }
  write_text(folder_ / "00001/000010000.jpg", "?");
  EXPECT_THROW(NumberedPictures(folder_.path(), "train", 20000), InputError);
  write_text(folder_ / "00000/000009990.jpg", "?");
  EXPECT_NO_THROW(NumberedPictures(folder_.path(), "train", 20000));
}

TEST_F(NumberedPicturesTest, NumbersFromOneAreShiftedAndSaid) {
  for (int i = 1; i <= 10; ++i) write_text(folder_ / (std::to_string(i) + ".jpg"), "?");
  const NumberedPictures from_one(folder_.path(), "train", 10);
  EXPECT_EQ(there(from_one, 0), std::vector<std::string>{"1.jpg"});
  EXPECT_NE(from_one.note().find("numbered from 1"), std::string::npos);
  std::filesystem::remove(folder_ / "10.jpg");
  const NumberedPictures unknown(folder_.path(), "train", 10);
  EXPECT_TRUE(there(unknown, 0).empty());
  EXPECT_NE(unknown.note().find("no picture has the number 0"), std::string::npos);
  write_text(folder_ / "0.jpg", "?");
  const NumberedPictures from_zero(folder_.path(), "train", 10);
  EXPECT_EQ(there(from_zero, 0), std::vector<std::string>{"0.jpg"});
  EXPECT_EQ(from_zero.note(), "");
}

}  // namespace
}  // namespace storyteller::conceptual_test
