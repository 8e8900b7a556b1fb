#include "train/data/dataset.h"

#include <gtest/gtest.h>

#include <set>

#include "core/error.h"
#include "tests/real_data.h"
#include "tests/temporary_folder.h"
#include "train/data/scenes_dataset.h"

namespace storyteller::dataset_test {
namespace {

void expect_in(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(Split, NamesAreReadAndWritten) {
  for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
    EXPECT_EQ(parse_split(split_name(split)), split);
  }
  EXPECT_EQ(parse_split("dev"), Split::kVal);
  expect_in(message_of<UsageError>([] { parse_split("trian"); }), "did you mean 'train'?");
}

TEST(OpenDataset, UnknownFormatsAndOptionsAreNamed) {
  const auto message = [](const std::string& text) {
    return message_of<UsageError>([&] { open_dataset(text, Split::kTrain); });
  };
  expect_in(message("scens"), "did you mean 'scenes'?");
  expect_in(message("flickr:x"), "did you mean 'flickr8k'?");
  expect_in(message("photos:x"), "known: scenes");
  expect_in(message(""), "unknown data format ''");
  expect_in(message("flickr8k"), "flickr8k:DIR");
  expect_in(message("scenes:sied=3"), "did you mean 'seed'?");
  for (const char* bad : {"seed=", "seed=x", "seed=1.5", "seed=-1", "seed", "side=99999999999999",
                          "side=3", "train=0", "seed=1,,side=64"}) {
    message(std::string("scenes:") + bad);
  }
}

TEST(ScenesDataset, OptionsReachThePictures) {
  const auto set = open_dataset("scenes:seed=5,side=48,train=10,val=20,test=30", Split::kVal);
  EXPECT_EQ(set->size(), 20U);
  EXPECT_EQ(set->load(3).width, 48);
  EXPECT_EQ(set->id(3), "scene-val-000003");
  EXPECT_EQ(set->captions(3).size(), 5U);
  const auto masks = set->object_masks(3);
  ASSERT_FALSE(masks.empty());
  EXPECT_EQ(masks[0].width, 48);
  EXPECT_TRUE(set->skipped().empty());
  EXPECT_FALSE(set->word_targets(3, {"a", "red", "circle"}).empty());
}

TEST(ScenesDataset, FingerprintMovesWithWhatThePicturesDependOn) {
  std::set<uint64_t> seen;
  for (const char* text : {"scenes", "scenes:seed=2", "scenes:side=64", "scenes:train=500"}) {
    seen.insert(open_dataset(text, Split::kTrain)->fingerprint());
  }
  seen.insert(open_dataset("scenes", Split::kVal)->fingerprint());
  EXPECT_EQ(seen.size(), 5U);
  EXPECT_EQ(open_dataset("scenes", Split::kVal)->fingerprint(),
            open_dataset("scenes:seed=1", Split::kVal)->fingerprint());
}

TEST(ScenesDataset, SinglesHeldOutExistToScoreOn) {
  const ScenesDataset val({}, Split::kVal);
  int count = 0;
  for (size_t i = 0; i < val.size(); ++i) count += val.is_single_held_out(i) ? 1 : 0;
  EXPECT_GT(count, 150);
  const ScenesDataset train({}, Split::kTrain);
  for (size_t i = 0; i < 500; ++i) EXPECT_FALSE(train.is_single_held_out(i));
}

class Flickr8kTest : public ::testing::Test {
 protected:
  void SetUp() override {
    write_text(
        dir() / "Flickr8k.token.txt",
        "a.jpg#0\tA dog .\r\na.jpg#1\tIt runs .\n\nb.jpg#0\tA tab\tinside .\nc.jpg#0\tNo .\n");
    write_text(dir() / "Flickr_8k.trainImages.txt", "b.jpg\r\na.jpg\n\na.jpg\n");
    write_text(dir() / "Flickr_8k.devImages.txt", "c.jpg\n");
    for (const char* name : {"a.jpg", "b.jpg", "c.jpg"}) write_text(dir() / "images" / name, "?");
  }
  std::filesystem::path dir() const { return folder_ / "set"; }
  std::unique_ptr<Dataset> open(Split split, const MaxBad& max_bad = {}) const {
    return open_dataset("flickr8k:" + dir().string(), split, {.max_bad = max_bad});
  }
  std::string failure(Split split = Split::kTrain) const {
    return message_of<InputError>([&] { open(split); });
  }

  TemporaryFolder folder_;
};

TEST_F(Flickr8kTest, ReadsListsAndCaptionsInListOrder) {
  const auto train = open(Split::kTrain);
  ASSERT_EQ(train->size(), 2U);
  EXPECT_EQ(train->id(0), "b.jpg");
  EXPECT_EQ(train->captions(0), std::vector<std::string>{"A tab\tinside ."});
  EXPECT_EQ(train->captions(1), (std::vector<std::string>{"A dog .", "It runs ."}));
  EXPECT_EQ(open(Split::kVal)->id(0), "c.jpg");
  EXPECT_TRUE(train->skipped().empty());
  EXPECT_THROW(train->load(0), InputError);  // "?" is no picture
}

TEST_F(Flickr8kTest, WhatIsMissingIsSaid) {
  expect_in(failure(Split::kTest),
            "no list of the test split (Flickr_8k.testImages.txt, or dataset_flickr8k.json); "
            "there are lists for: train val");
  std::filesystem::remove_all(dir() / "images");
  expect_in(failure(), "no folder 'images'");
  std::filesystem::remove(dir() / "Flickr8k.token.txt");
  expect_in(failure(), "no captions");
  std::filesystem::remove_all(dir());
  expect_in(failure(), "no such folder");
  write_text(dir(), "a file");
  expect_in(failure(), "not a folder");
}

TEST_F(Flickr8kTest, BadLinesAreNamedByNumber) {
  write_text(dir() / "Flickr8k.token.txt", "a.jpg#0\tfine\nno tab here\n");
  expect_in(failure(), "Flickr8k.token.txt:2: expected");
  write_text(dir() / "Flickr8k.token.txt", "a.jpg\tno number #1\n");
  expect_in(failure(), "Flickr8k.token.txt:1: expected");
}

TEST_F(Flickr8kTest, MissingPicturesAreSkippedNamedCountedAndBounded) {
  write_text(dir() / "Flickr_8k.trainImages.txt",
             "a.jpg\ngone.jpg\n../set/images/b.jpg\nempty.jpg\nmute.jpg\nb.jpg\n");  // b twice
  write_text(dir() / "images/empty.jpg", "");
  write_text(dir() / "images/mute.jpg", "?");
  const auto train = open(Split::kTrain);
  EXPECT_EQ(train->size(), 2U);
  EXPECT_EQ(train->skipped().count(), 3U);
  EXPECT_EQ(train->skipped().all()[0].name, "gone.jpg");
  expect_in(train->skipped().all()[0].reason, "no such file");
  EXPECT_EQ(train->skipped().all()[1].reason, "empty file");
  EXPECT_EQ(train->skipped().all()[2].reason, "no captions");
  expect_in(message_of<InputError>([&] { open(Split::kTrain, {.share = 0, .least = 2}); }),
            "more than 2 tolerated");
}

TEST_F(Flickr8kTest, NothingUsableIsAnError) {
  write_text(dir() / "Flickr_8k.trainImages.txt", "gone.jpg\n");
  expect_in(failure(), "no usable picture");
  write_text(dir() / "Flickr_8k.trainImages.txt", "");
  expect_in(failure(), "no usable picture");
}

TEST_F(Flickr8kTest, FingerprintFollowsTheListAndTheFiles) {
  const uint64_t before = open(Split::kTrain)->fingerprint();
  EXPECT_EQ(open(Split::kTrain)->fingerprint(), before);
  write_text(dir() / "images/a.jpg", "??");
  const uint64_t changed = open(Split::kTrain)->fingerprint();
  EXPECT_NE(changed, before);
  write_text(dir() / "Flickr_8k.trainImages.txt", "a.jpg\nb.jpg\n");
  EXPECT_NE(open(Split::kTrain)->fingerprint(), changed);
}

TEST_F(Flickr8kTest, ContentFollowsWhatIsInThePicturesThatKeepTheirNamesAndSizes) {
  const auto before = open(Split::kTrain);
  std::string bytes = file_text(dir() / "images/a.jpg");
  const auto time = std::filesystem::last_write_time(dir() / "images/a.jpg");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  const uint64_t content = before->content();
  EXPECT_EQ(open(Split::kTrain)->content(), content);
  write_text(dir() / "images/a.jpg", bytes);
  std::filesystem::last_write_time(dir() / "images/a.jpg", time);
  EXPECT_EQ(open(Split::kTrain)->fingerprint(), before->fingerprint());
  EXPECT_NE(open(Split::kTrain)->content(), content);
  EXPECT_EQ(before->content(), content) << "known from the first call on";
}

TEST(Flickr8kRealData, HasSixThousandAndOneThousandPictures) {
  STORYTELLER_REQUIRE_DATA(dir, "flickr8k");
  const auto train = open_dataset("flickr8k:" + dir.string(), Split::kTrain);
  const auto val = open_dataset("flickr8k:" + dir.string(), Split::kVal);
  EXPECT_EQ(train->size(), 6000U);
  EXPECT_EQ(val->size(), 1000U);
  EXPECT_TRUE(train->skipped().empty());
  for (size_t i = 0; i < train->size(); ++i) ASSERT_EQ(train->captions(i).size(), 5U);
  const Image image = val->load(0);
  EXPECT_EQ(image.width, 224);
  EXPECT_EQ(image.height, 224);
}

}  // namespace
}  // namespace storyteller::dataset_test
