#include <gtest/gtest.h>

#include <random>

#include "core/error.h"
#include "core/text/csv_reader.h"
#include "tests/mutate_text.h"
#include "tests/train/data/format_fixtures.h"
#include "train/data/dataset.h"
#include "train/data/formats/hash_split.h"
#include "train/data/formats/shard_writer.h"

namespace storyteller::formats_test {
namespace {

void expect_in(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

class Formats : public ::testing::Test {
 protected:
  std::filesystem::path dir(const std::string& format) const { return folder_ / format; }
  std::string failure(const std::string& data, Split split = Split::kTrain) const {
    return message_of<InputError>([&] { open_dataset(data, split); });
  }
  /// Opens JSON lines beside which the fixture's pictures lie.
  std::unique_ptr<Dataset> lines(const std::string& text, Split split = Split::kTrain) const {
    fixtures_.make("jsonl");
    write_text(dir("jsonl") / "captions.jsonl", text);
    return open_dataset("jsonl:" + dir("jsonl").string(), split);
  }
  std::string lines_failure(const std::string& text) const {
    return message_of<InputError>([&] { lines(text); });
  }

  TemporaryFolder folder_;
  FormatFixtures fixtures_{folder_.path()};
};

TEST_F(Formats, GiveTheSamePicturesAndCaptions) {
  for (const std::string& format : FormatFixtures::formats()) {
    SCOPED_TRACE(format);
    const std::string data = fixtures_.make(format);
    const bool tests = !format.starts_with("coco") && format != "conceptual";
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
      if (split == Split::kTest && !tests) {
        EXPECT_NE(failure(data, split), "");
        continue;
      }
      const auto set = open_dataset(data, split);
      const int first = split == Split::kTrain ? 0 : split == Split::kVal ? 6 : 8;
      ASSERT_EQ(set->size(), split == Split::kTrain ? 6U : 2U);
      EXPECT_TRUE(set->skipped().empty()) << set->skipped().summary();
      for (size_t k = 0; k < set->size(); ++k) {
        const int i = first + static_cast<int>(k);
        std::vector<std::string> expected = {FormatFixtures::caption(i, 0),
                                             FormatFixtures::caption(i, 1)};
        if (format == "conceptual") expected.pop_back();
        EXPECT_EQ(set->captions(k), expected);
        EXPECT_EQ(set->load(k).rgb, FormatFixtures::picture(i).rgb) << set->id(k);
        EXPECT_TRUE(set->picture_bytes(k).starts_with("\x89PNG"));
        if (format != "conceptual") expect_in(set->id(k), "p" + std::to_string(i));
      }
      EXPECT_NE(set->fingerprint(), 0U);
    }
    EXPECT_NE(open_dataset(data, Split::kTrain)->fingerprint(),
              open_dataset(data, Split::kVal)->fingerprint());
  }
}

TEST_F(Formats, CountsOtherThanThePublishedOnesAreSaid) {
  const auto note = [&](const std::string& format, Split split) {
    const auto notes = open_dataset(fixtures_.make(format), split)->notes();
    return notes.empty() ? "" : notes[0];
  };
  expect_in(note("flickr8k", Split::kTrain),
            "6 pictures in the train split, where the published one has 6000");
  expect_in(note("flickr30k", Split::kVal), "has 1014");
  expect_in(note("coco2014", Split::kVal), "has 40504");
  expect_in(note("coco2017", Split::kTrain), "has 118287");
  expect_in(note("karpathy", Split::kTrain), "has 113287");
  expect_in(note("karpathy", Split::kTest), "has 5000");
  expect_in(note("conceptual", Split::kTrain), "has 3318333");
  EXPECT_EQ(note("jsonl", Split::kTrain), "");
  const auto lacking = open_dataset(fixtures_.make("conceptual"), Split::kTrain)->notes();
  expect_in(lacking.back(), "1 of 7 pictures of the train split are not in");
}

TEST_F(Formats, ListsWithTheirPublishedCountsSayNothing) {
  std::string images;
  const auto add = [&](const std::string& split, int count) {
    for (int i = 0; i < count; ++i) {
      images += (images.empty() ? "" : ",") + std::string(R"({"filename":")") + split +
                std::to_string(i) + R"(","split":")" + split + R"(","sentences":[{"raw":"a"}]})";
    }
  };
  add("train", 82783);
  add("restval", 30504);
  add("val", 5000);
  add("test", 5000);
  write_text(folder_ / "dataset_coco.json", R"({"images":[)" + images + "]}");
  const std::string data = "karpathy:" + (folder_ / "dataset_coco.json").string();
  for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
    const auto set = open_dataset(data, split, {.look_for_pictures = false});
    EXPECT_EQ(set->size(), split == Split::kTrain ? 113287U : 5000U);
    EXPECT_TRUE(set->notes().empty());
  }
}

TEST_F(Formats, FlickrThirtyThousandAlsoComesWithKarpathysSplits) {
  fixtures_.make("flickr30k");
  std::filesystem::remove(dir("flickr30k") / "train.txt");
  expect_in(failure("flickr30k:" + dir("flickr30k").string()),
            "(train.txt, or dataset_flickr30k.json); there are lists for: val test");
  write_text(dir("flickr30k") / "dataset_flickr30k.json",
             R"({"images":[{"filename":"p3.jpg","split":"train","sentences":[{"raw":"One ."}]}]})");
  const auto set = open_dataset("flickr30k:" + dir("flickr30k").string(), Split::kTrain);
  EXPECT_EQ(set->id(0), "p3.jpg");
  EXPECT_EQ(set->captions(0), std::vector<std::string>{"One ."});
}

TEST_F(Formats, JsonErrorsNameTheLine) {
  fixtures_.make("coco2017");
  const auto file = dir("coco2017") / "annotations/captions_train2017.json";
  const auto says = [&](const std::string& text) {
    write_text(file, text);
    return failure("coco2017:" + dir("coco2017").string());
  };
  expect_in(says("{\n\"images\":[{\"id\":1,\n\"file_name\":true}],\"annotations\":[]}"),
            "captions_train2017.json:2: images[0]: \"file_name\" is a JSON boolean");
  expect_in(says("{\"images\":[{\"file_name\":\"a\"}],\"annotations\":[]}"),
            "images[0]: no \"id\"");
  expect_in(says("{\"images\":[{\"id\":1.5,\"file_name\":\"a\"}],\"annotations\":[]}"),
            "\"id\" is 1.5; expected a whole number");
  expect_in(says("{\"images\":{}}"), "no array \"images\"");
  expect_in(says("{\"images\":[3],\"annotations\":[]}"), "images[0]: not an object");
  expect_in(says("[]"), "no array \"images\"");
  expect_in(says("{\"images\":[{\"id\":1"), "not valid JSON");
  expect_in(says("{\"images\":[],\"annotations\":[\n{\"image_id\":4,\"caption\":\"a\"}]}"),
            "the first is annotations[0] (image_id 4)");
  expect_in(says(std::string(100000, '[')), "captions_train2017.json");
  std::string deep = "{\"images\":[{\"id\":";
  for (int i = 0; i < 1000; ++i) deep += "[";
  expect_in(says(deep), "nested deeper");
}

TEST_F(Formats, CocoSaysWhatValSharesWithTrainWhoseFileIsNoOtherMatterOfIt) {
  const std::string data = fixtures_.make("coco2017");
  const auto annotations = dir("coco2017") / "annotations";
  const auto shared = [&] {
    std::string all;
    for (const std::string& note : open_dataset(data, Split::kVal)->notes()) all += note + "\n";
    return all.find("in train too, such as p") != std::string::npos;
  };
  EXPECT_FALSE(shared());
  std::filesystem::copy_file(annotations / "captions_val2017.json",
                             annotations / "captions_train2017.json",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(shared());
  write_text(annotations / "captions_train2017.json", "{\"images\":[{\"id\":1");
  EXPECT_FALSE(shared());
}

TEST_F(Formats, JsonLinesTakeWhatOthersWrite) {
  const auto set = lines(
      "\xEF\xBB\xBF{\"file_name\":\"p1.jpg\",\"text\":\"One .\"}\r\n\n"
      "{\"path\":\"p1.jpg\",\"caption\":\"Two .\",\"split\":\"train\"}\n"
      "{\"image\":\"images/p2.jpg\",\"captions\":[\"Three .\",\" \"],\"split\":\"train\"}\n"
      "{\"image\":\"p3.jpg\",\"caption\":\"Four .\",\"split\":\"validation\"}\n");
  ASSERT_EQ(set->size(), 2U);
  EXPECT_EQ(set->captions(0), (std::vector<std::string>{"One .", "Two ."}));
  EXPECT_EQ(set->captions(1), std::vector<std::string>{"Three ."});
  expect_in(lines_failure("{}\n"), "captions.jsonl:1: no \"image\"");
  expect_in(lines_failure("{\"image\":\"p1.jpg\"}\n"), "none of the 1 records has a caption");
  expect_in(lines_failure("\n[1]\n"), "[0]: not an object, but '1'");
  expect_in(lines_failure("{\"image\":true}\n"), "is a JSON boolean");
  expect_in(lines_failure("{\"image\":\"p1.jpg\",\"caption\":\"a\",\"split\":\"trian\"}\n"),
            "did you mean 'train'");
  expect_in(lines_failure("{\"image\":\"p1.jpg\",\"captions\":[1]}"), "has a caption");
  expect_in(lines_failure(std::string((1U << 20U) + 10, 'x')), "more than 1 MiB");
  write_text(folder_ / "outside.jpg", "?");
  expect_in(lines_failure("{\"image\":\"../outside.jpg\",\"caption\":\"a\",\"split\":\"train\"}"),
            "lies outside of");
  std::filesystem::remove(dir("jsonl") / "captions.jsonl");
  expect_in(failure("jsonl:" + dir("jsonl").string()), "no captions.jsonl or metadata.jsonl");
}

TEST_F(Formats, PicturesWithoutASplitAreDividedByTheirNames) {
  std::string text;
  for (int i = 0; i < 2000; ++i) {
    text += "{\"image\":\"n" + std::to_string(i) + ".jpg\",\"caption\":\"a\"}\n";
  }
  write_text(folder_ / "all.jsonl", text);
  size_t sum = 0;
  for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
    const auto set = open_dataset("jsonl:" + (folder_ / "all.jsonl").string(), split,
                                  {.look_for_pictures = false});
    const double expected = split == Split::kTrain ? 0.9 : 0.05;
    EXPECT_NEAR(static_cast<double>(set->size()) / 2000, expected, 0.02);
    for (size_t i = 0; i < set->size(); ++i) EXPECT_EQ(split_by_name(set->id(i)), split);
    sum += set->size();
  }
  EXPECT_EQ(sum, 2000U);
}

TEST_F(Formats, TablesFollowTheStandard) {
  const auto rows = [&](const std::string& text, char separator = ',') {
    write_text(folder_ / "t.csv", text);
    CsvReader reader(folder_ / "t.csv");
    reader.set_separator(separator);
    std::vector<std::vector<std::string>> all;
    for (std::vector<std::string> row; reader.next(&row);) all.push_back(row);
    return all;
  };
  using Rows = std::vector<std::vector<std::string>>;
  EXPECT_EQ(rows("a,b\n1,\"x, \"\"y\"\"\nz\"\r\n\n,\n"),
            (Rows{{"a", "b"}, {"1", "x, \"y\"\nz"}, {"", ""}}));
  EXPECT_EQ(rows("a\tb\n1\t\"q\n", '\t'), (Rows{{"a", "b"}, {"1", "\"q"}}));
  EXPECT_EQ(rows("a,\"\"\n"), (Rows{{"a", ""}}));
  const auto problem = [&](const std::string& text) {
    return message_of<InputError>([&] { rows(text); });
  };
  expect_in(problem("a\n\"b\n"), "t.csv:2: the quotes that open in this line are not closed");
  EXPECT_EQ(rows("\"a\"b,c\n"), (Rows{{"\"a\"b", "c"}}));
  const auto opened = [&](const std::string& text) {
    write_text(folder_ / "t.csv", text);
    return failure("csv:" + (folder_ / "t.csv").string());
  };
  expect_in(opened("a,b\n"), "\"image\" and \"caption\" among them");
  expect_in(opened("image,caption,n\nx.jpg,a,b,3\n"), "t.csv:2: 4 fields in a table of 3 columns");
  expect_in(opened(""), "empty");
}

TEST_F(Formats, ShardsAreReadToWhereTheyAreDamaged) {
  const std::string data = fixtures_.make("shards");
  const auto shard = dir("shards") / "train-000000.tar";
  const std::string whole = file_text(shard);
  write_text(shard, whole.substr(0, 8192 + 100));
  const auto set = open_dataset(data, Split::kTrain);
  EXPECT_LT(set->size(), 6U);
  EXPECT_GE(set->size(), 1U);
  ASSERT_FALSE(set->skipped().empty());
  expect_in(set->skipped().all()[0].reason, "read up to there");
  // In the middle of the third picture, which is the fifth member: a block of header and one of
  // data each.
  constexpr size_t kBlock = 512;
  write_text(shard, whole.substr(0, 9 * kBlock + 20));
  const auto two = open_dataset(data, Split::kTrain);
  EXPECT_EQ(two->size(), 2U);
  ASSERT_EQ(two->skipped().count(), 1U);
  EXPECT_EQ(two->skipped().all()[0].reason, "cut off in p2.jpg; read up to there");
  write_text(shard, "no archive at all, only a line of text");
  expect_in(failure(data), "train-000000.tar: not a tar archive");
  const std::string gzip =
      "gzip -c '" + (dir("shards") / "val-000000.tar").string() + "' > '" + shard.string() + "'";
  ASSERT_EQ(std::system(gzip.c_str()), 0);
  expect_in(failure(data), "not a tar archive but a gzip file");
  std::filesystem::remove_all(dir("shards"));
  expect_in(failure(data), "no such file or folder");
  std::filesystem::create_directories(dir("shards"));
  expect_in(failure(data), "no .tar file in it");
}

TEST_F(Formats, ASplitInTheJsonIsThatOfItsPictureAlone) {
  const auto loose = folder_ / "loose";
  std::filesystem::create_directories(loose);
  std::filesystem::create_directories(dir("shards"));
  for (const int i : {1, 2, 3}) {
    write_png(loose / FormatFixtures::name(i), FormatFixtures::picture(i));
  }
  write_text(loose / "p1.json", R"({"caption":"one","split":"val"})");
  write_text(loose / "p2.txt", "two\n");
  write_text(loose / "p3.json", R"({"caption":"three"})");
  const std::string tar = "cd '" + loose.string() + "' && tar --sort=name -cf '" +
                          (dir("shards") / "all.tar").string() + "' *";
  ASSERT_EQ(std::system(tar.c_str()), 0);
  const std::string data = "shards:" + dir("shards").string();
  const auto train = open_dataset(data, Split::kTrain);
  ASSERT_EQ(train->size(), 2U);
  EXPECT_EQ(train->id(0), "p2");
  EXPECT_EQ(train->id(1), "p3");
  const auto val = open_dataset(data, Split::kVal);
  ASSERT_EQ(val->size(), 1U);
  EXPECT_EQ(val->captions(0), std::vector<std::string>{"one"});
}

TEST_F(Formats, ShardsThatChangeAfterOpeningAreAnErrorNotACrash) {
  const std::string data = fixtures_.make("shards");
  const auto set = open_dataset(data, Split::kTrain);
  std::filesystem::resize_file(dir("shards") / "train-000000.tar", 600);
  EXPECT_THROW(set->load(5), InputError);
}

TEST_F(Formats, WrittenShardsComeBack) {
  std::filesystem::create_directories(folder_ / "out");
  const auto png = [](int i) {
    const auto bytes = encode_png(FormatFixtures::picture(i));
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  {
    ShardWriter writer(folder_ / "out", "val", {.bytes = 1U << 20U, .pictures = 2});
    for (int i = 0; i < 5; ++i) {
      const std::string key = "dir/" + std::string(i == 3 ? 300 : 1, 'k') + std::to_string(i);
      writer.add(key, key + ".png", png(i), {"one \xC3\xA9", "two"});
    }
    EXPECT_THROW(writer.add("x", "x.jpg", "text", {}), InputError);
    EXPECT_EQ(writer.finish(), 3U);
  }
  const auto set = open_dataset("shards:" + (folder_ / "out").string(), Split::kVal);
  ASSERT_EQ(set->size(), 5U);
  EXPECT_EQ(set->id(0), "dir/k0.png");
  EXPECT_EQ(set->id(3).size(), 309U);
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(set->picture_bytes(i), png(static_cast<int>(i)));
    EXPECT_EQ(set->captions(i), (std::vector<std::string>{"one \xC3\xA9", "two"}));
  }
  {  // not finished: nothing half-written stays
    ShardWriter writer(folder_ / "out", "test");
    writer.add("x", "x.png", png(0), {"a"});
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out/test-000000.tar"));
}

TEST_F(Formats, RandomMutationsNeverEscape) {
  std::mt19937_64 random(5);
  const std::vector<std::pair<std::string, std::string>> files = {
      {"coco2017", "annotations/captions_train2017.json"},
      {"karpathy", "dataset_coco.json"},
      {"jsonl", "captions.jsonl"},
      {"csv", "captions.csv"},
      {"conceptual", "train.tsv"},
      {"flickr30k", "results.csv"},
      {"shards", "train-000000.tar"}};
  for (const auto& [format, file] : files) {
    const std::string data = fixtures_.make(format);
    const std::string original = file_text(dir(format) / file);
    int opened = 0, refused = 0;
    for (int round = 0; round < 300; ++round) {
      write_text(dir(format) / file, mutate_text(original, kLikelyInJson, random));
      try {
        const auto set = open_dataset(data, Split::kTrain);
        for (size_t i = 0; i < set->size(); ++i) {
          EXPECT_FALSE(set->captions(i).empty());
          try {
            set->load(i);
          } catch (const InputError&) {
            continue;  // named by whoever loads
          }
        }
        ++opened;
      } catch (const InputError&) {
        ++refused;
      }
    }
    EXPECT_GT(opened, 0) << format;
    EXPECT_GT(refused + opened, 299) << format;
  }
}

}  // namespace
}  // namespace storyteller::formats_test
