#include "train/data/text_dataset.h"

#include <fstream>

#include <gtest/gtest.h>
#include <zlib.h>

#include "tests/temporary_folder.h"

namespace storyteller::text_dataset_test {
namespace {

std::unique_ptr<Dataset> open(const std::filesystem::path& file, Split split = Split::kTrain) {
  return open_dataset("text:" + file.string(), split);
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

void expect_two_pictures(const Dataset& dataset) {
  ASSERT_EQ(dataset.size(), 2U);
  EXPECT_EQ(dataset.id(0), "391895");
  EXPECT_EQ(dataset.captions(0), (std::vector<std::string>{"A zebra, alone.", "Zebras on grass"}));
  EXPECT_EQ(dataset.captions(1), std::vector<std::string>{"A giraffe"});
  EXPECT_FALSE(dataset.has_picture(0));
  EXPECT_THROW(dataset.load(0), InputError);
  EXPECT_THROW(dataset.picture_bytes(1), InputError);
}

TEST(TextDataset, ReadsTablesWithAndWithoutTitlesPackedOrNot) {
  const TemporaryFolder folder;
  const std::string rows = "391895\tA zebra, alone.\n391895\tZebras on grass\n7\tA giraffe\n";
  write(folder / "plain.tsv", rows);
  write(folder / "titles.tsv", "image_id\tcaption\n" + rows);
  const gzFile packed = gzopen((folder / "packed.tsv.gz").c_str(), "wb");
  gzwrite(packed, rows.data(), static_cast<unsigned>(rows.size()));
  gzclose(packed);
  for (const char* name : {"plain.tsv", "titles.tsv", "packed.tsv.gz"}) {
    SCOPED_TRACE(name);
    expect_two_pictures(*open(folder / name));
  }
  const auto plain = open(folder / "plain.tsv");
  EXPECT_EQ(plain->fingerprint(), open(folder / "packed.tsv.gz")->fingerprint());
  EXPECT_EQ(plain->content(), open(folder / "packed.tsv.gz")->content());
  write(folder / "other.tsv", "391895\tA zebra, alone.\n391895\tZebras on gras\n7\tA giraffe\n");
  EXPECT_NE(plain->fingerprint(), open(folder / "other.tsv")->fingerprint());
}

TEST(TextDataset, ReadsJsonLinesWithAndWithoutPictures) {
  const TemporaryFolder folder;
  write(folder / "ids.jsonl",
        "{\"image_id\": 391895, \"caption\": \"A zebra, alone.\"}\n"
        "{\"image_id\": 391895, \"caption\": \"Zebras on grass\"}\n"
        "{\"image_id\": 7, \"caption\": \"A giraffe\"}\n");
  expect_two_pictures(*open(folder / "ids.jsonl"));
  write(folder / "alone.jsonl", "{\"caption\": \"A zebra\"}\n{\"captions\": [\"Two\", \"2\"]}\n");
  const auto alone = open(folder / "alone.jsonl");
  ASSERT_EQ(alone->size(), 2U);
  EXPECT_EQ(alone->captions(0), std::vector<std::string>{"A zebra"});
  EXPECT_EQ(alone->captions(1), (std::vector<std::string>{"Two", "2"}));
}

TEST(TextDataset, IsTrainedOnAlone) {
  const TemporaryFolder folder;
  write(folder / "plain.tsv", "1\tA zebra\n");
  EXPECT_THROW(open(folder / "plain.tsv", Split::kVal), NoSuchSplit);
  write(folder / "empty.tsv", "");
  EXPECT_THROW(open(folder / "empty.tsv"), InputError);
  EXPECT_THROW(open(folder / "absent.tsv"), InputError);
}

}  // namespace
}  // namespace storyteller::text_dataset_test
