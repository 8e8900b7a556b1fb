// What people's archives hold besides "key.jpg" and "key.txt".
#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tests/train/data/format_fixtures.h"
#include "tests/train/data/tar_bytes.h"
#include "train/data/dataset.h"

namespace storyteller::shards_test {
namespace {

void expect_in(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' in: " << text;
}

std::string png(int i) {
  const auto bytes = encode_png(FormatFixtures::picture(i));
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class Shards : public ::testing::Test {
 protected:
  using Members = std::vector<std::pair<std::string, std::string>>;
  void write(const std::string& name, const Members& members, bool end = true) const {
    std::string bytes;
    for (const auto& [member, contents] : members) bytes += tar_member(member, contents);
    write_text(folder_ / "set" / name, bytes + (end ? tar_end() : ""));
  }
  std::unique_ptr<Dataset> open(Split split = Split::kTrain) const {
    return open_dataset("shards:" + (folder_ / "set").string(), split);
  }
  std::string all_notes(Split split = Split::kTrain) const {
    std::string text;
    for (const std::string& note : open(split)->notes()) text += note + "\n";
    return text;
  }
  static std::vector<std::string> one(const std::string& caption) { return {caption}; }

  TemporaryFolder folder_;
};

TEST_F(Shards, AKeyBelongsToItsArchive) {
  write("train-0.tar", {{"0.png", png(0)}, {"0.txt", "First ."}});
  write("train-1.tar", {{"0.txt", "Second ."}, {"0.png", png(1)}});
  const auto set = open();
  ASSERT_EQ(set->size(), 2U);
  EXPECT_EQ(set->id(0), "0");
  EXPECT_EQ(set->id(1), "train-1/0");
  EXPECT_EQ(set->captions(0), one("First ."));
  EXPECT_EQ(set->captions(1), one("Second ."));
  EXPECT_EQ(set->picture_bytes(0), png(0));
  EXPECT_EQ(set->picture_bytes(1), png(1));
  expect_in(all_notes(), "1 key is in more than one archive");
  expect_in(all_notes(), "0 in train-0 and train-1");
}

TEST_F(Shards, HalvesInArchivesOfTheirOwnFindEachOther) {
  write("train-captions.tar", {{"0.txt", "A ."}, {"1.json", R"({"caption":"B ."})"}});
  write("train-pictures.tar", {{"0.png", png(0)}, {"./1.png", png(1)}});
  const auto set = open();
  ASSERT_EQ(set->size(), 2U);
  EXPECT_EQ(set->captions(1), one("B ."));
  EXPECT_EQ(set->picture_bytes(1), png(1));
  EXPECT_EQ(all_notes(), "");
}

TEST_F(Shards, TheLaterOfTwoMembersCounts) {
  write("train.tar",
        {{"0.png", png(0)}, {"0.txt", "Old ."}, {"0.png", png(1)}, {"0.txt", "New ."}});
  const auto set = open();
  ASSERT_EQ(set->size(), 1U);
  EXPECT_EQ(set->captions(0), one("New ."));
  EXPECT_EQ(set->picture_bytes(0), png(1));
  expect_in(all_notes(), "2 members come twice");
}

TEST_F(Shards, ATextAndTheJsonBesideItCountOnce) {
  write("train.tar", {{"0.png", png(0)},
                      {"0.json", R"({"caption":"A dog .","captions":["Two .","Three ."]})"},
                      {"0.txt", "A dog .\r\n"}});
  EXPECT_EQ(open()->captions(0), (std::vector<std::string>{"A dog .", "Two .", "Three ."}));
  expect_in(all_notes(), "1 caption stands in a text and in the JSON beside it and counts once");
}

TEST_F(Shards, TextsThatAreNotUtf8AreCounted) {
  write("train.tar", {{"0.png", png(0)}, {"0.txt", "A caf\xE9 ."}});
  EXPECT_EQ(open()->size(), 1U);
  expect_in(all_notes(), "1 text holds bytes that are not UTF-8");
}

TEST_F(Shards, OneBadMemberIsOnePictureWithoutCaptions) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {R"({"caption":NaN})", "its .json: not valid JSON"},
      {"3", "its .json: not a JSON object"},
      {R"({"caption":"a","split":"nowhere"})", "its .json: unknown split 'nowhere'"},
      {R"({"url":"x"})", "its .json has no caption"}};
  Members members = {{"good.png", png(0)},
                     {"good.txt", "A ."},
                     {"good.json", R"({"url":"x"})"},
                     {"list.png", png(1)},
                     {"list.json", R"(["B ."])"}};
  for (size_t i = 0; i < bad.size(); ++i) {
    members.emplace_back(std::to_string(i) + ".png", png(2));
    members.emplace_back(std::to_string(i) + ".json", bad[i].first);
  }
  members.emplace_back("mute.png", png(3));
  members.emplace_back("blind.txt", "C .");
  members.emplace_back("empty.txt", "");
  members.emplace_back("empty.png", "");
  write("train.tar", members);
  const auto set = open();
  ASSERT_EQ(set->size(), 2U);
  ASSERT_EQ(set->skipped().count(), bad.size() + 3);
  for (size_t i = 0; i < bad.size(); ++i) expect_in(set->skipped().all()[i].reason, bad[i].second);
  EXPECT_EQ(set->skipped().all()[bad.size()].reason, "no captions");
  EXPECT_EQ(set->skipped().all()[bad.size() + 1].reason, "no picture of that name in the archive");
}

TEST_F(Shards, MembersThatAreNotUsedAreTold) {
  write("train.tar", {{"0.png", png(0)},
                      {"0.txt", "A ."},
                      {"0.seg.png", png(1)},
                      {"0.cls", "3"},
                      {"1.image.png", png(2)},
                      {"1.caption.txt", "B ."},
                      {"v1.0-2.png", png(3)},
                      {"v1.0-2.cap", "C ."},
                      {"._0.png", "apple"},
                      {"__MACOSX/0.png", "apple"}});
  const auto set = open();
  ASSERT_EQ(set->size(), 3U);
  EXPECT_EQ(set->id(1), "1");
  EXPECT_EQ(set->id(2), "v1.0-2");
  EXPECT_EQ(set->captions(2), one("C ."));
  EXPECT_TRUE(set->skipped().empty());
  const std::string notes = all_notes();
  expect_in(notes, "1 member of the kind .cls is not used");
  expect_in(notes, "1 member of the kind .png is not used");
  expect_in(notes, "such as 0.seg.png");
  EXPECT_EQ(notes.find("apple"), std::string::npos);
  EXPECT_EQ(notes.find("._"), std::string::npos);
}

TEST_F(Shards, AnArchiveWithoutItsEndIsTold) {
  write("train.tar", {{"0.png", png(0)}, {"0.txt", "A ."}}, /*end=*/false);
  EXPECT_EQ(open()->size(), 1U);
  expect_in(all_notes(), "1 archive ends without the mark of its end: is it cut off?");
}

TEST_F(Shards, ArchivesOneAfterTheOtherAreReadToTheLast) {
  write("train.tar", {{"0.png", png(0)}, {"0.txt", "A ."}});
  const std::string first = file_text(folder_ / "set/train.tar");
  write("train.tar", {{"1.png", png(1)}, {"1.txt", "B ."}});
  write_text(folder_ / "set/train.tar", first + file_text(folder_ / "set/train.tar"));
  const auto set = open();
  ASSERT_EQ(set->size(), 2U);
  EXPECT_EQ(set->picture_bytes(1), png(1));
  EXPECT_EQ(all_notes(), "");
}

TEST_F(Shards, FoldersNameTheSplitToo) {
  write("train/00000.tar", {{"0.png", png(0)}, {"0.txt", "A ."}});
  write("validation/00000.tar", {{"0.png", png(1)}, {"0.txt", "B ."}});
  write("more/coco-test-0.tar", {{"0.png", png(2)}, {"0.txt", "C ."}});
  write(".hidden/train-0.tar", {{"9.png", png(2)}, {"9.txt", "C ."}});
  EXPECT_EQ(open()->captions(0), one("A ."));
  EXPECT_EQ(open()->size(), 1U);
  EXPECT_EQ(open(Split::kVal)->captions(0), one("B ."));
  EXPECT_EQ(open(Split::kTest)->captions(0), one("C ."));
  const std::string pattern = "shards:" + (folder_ / "set/{train,more}/*.tar").string();
  EXPECT_EQ(open_dataset(pattern, Split::kTest)->size(), 1U);
  EXPECT_THROW(open_dataset(pattern, Split::kVal), NoSuchSplit);
}

TEST_F(Shards, NumberedPatternsWantEveryFile) {
  for (const char* name : {"a-08.tar", "a-09.tar", "a-10.tar"}) {
    write(name, {{std::string(name) + "-k.png", png(0)}, {std::string(name) + "-k.txt", "A ."}});
  }
  size_t pictures = 0;
  for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
    try {
      const std::string data = "shards:" + (folder_ / "set/a-{08..10}.tar").string();
      pictures += open_dataset(data, split)->size();
    } catch (const NoSuchSplit&) {
      continue;
    }
  }
  EXPECT_EQ(pictures, 3U);
  expect_in(message_of<InputError>([&] {
              open_dataset("shards:" + (folder_ / "set/a-{08..12}.tar").string(), Split::kTrain);
            }),
            "2 of 5 files are not there");
}

TEST_F(Shards, WhatIsNoArchiveIsNamedWithTheCommandThatHelps) {
  const auto failure = [&] { return message_of<InputError>([&] { open(); }); };
  write_text(folder_ / "set/0.parquet", "PAR1");
  expect_in(failure(), "Parquet files, such as 0.parquet");
  std::filesystem::remove(folder_ / "set/0.parquet");
  write_text(folder_ / "set/00000/0.jpg", "?");
  expect_in(failure(), "loose pictures, such as 00000/0.jpg");
  expect_in(failure(), "00000.tar -C ");
  write_text(folder_ / "set/0.tar.zst", "?");
  expect_in(failure(), "zstd -d ");
  write("train.tar", {{"0.png", png(0)}, {"0.txt", "A ."}});
  expect_in(all_notes(), "1 compressed archives are not read; unpack them first: zstd -d ");
}

}  // namespace
}  // namespace storyteller::shards_test
