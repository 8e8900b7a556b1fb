#include "train/data/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tests/train/data/fake_dataset.h"

namespace storyteller::loader_test {
namespace {

constexpr size_t kFloats = 6;

void widen(const Image& image, size_t, float* out) {
  std::copy(image.rgb.begin(), image.rgb.end(), out);
}

struct Everything {
  std::vector<std::vector<size_t>> examples;
  std::vector<std::vector<float>> pixels;
  std::vector<std::vector<uint8_t>> usable;
  std::vector<std::string> bad, warnings;
  bool operator==(const Everything&) const = default;
};

Everything load_all(const FakeDataset& dataset, std::vector<std::vector<size_t>> batches,
                    int threads, size_t ahead) {
  BadPictures bad;
  Everything all;
  PictureLoader loader(dataset, std::move(batches), kFloats, widen, {threads, ahead}, &bad,
                       &all.warnings);
  while (const PictureBatch* batch = loader.next()) {
    all.examples.emplace_back(batch->examples.begin(), batch->examples.end());
    all.pixels.emplace_back(batch->pixels.begin(), batch->pixels.end());
    all.usable.emplace_back(batch->usable.begin(), batch->usable.end());
  }
  EXPECT_EQ(loader.next(), nullptr);
  for (const BadPicture& b : bad.all()) all.bad.push_back(b.name + "|" + b.reason);
  return all;
}

TEST(PictureLoader, GivesTheSameForAnyNumberOfThreadsAndAnyDepth) {
  const FakeDataset dataset(100, {4, 50, 99});
  std::vector<std::vector<size_t>> batches = all_in_batches(100, 7);
  batches.insert(batches.begin() + 3, {4, 4, 9});  // repeated examples, irregular size
  batches.insert(batches.begin() + 5, std::vector<size_t>{});
  const Everything inline_ = load_all(dataset, batches, 0, 3);
  EXPECT_EQ(inline_.examples, batches);
  EXPECT_EQ(inline_.bad.size(), 3U);
  EXPECT_EQ(inline_.bad[0], "p4.jpg|p4.jpg: not a picture");
  EXPECT_EQ(inline_.warnings.size(), 10U);
  for (const int threads : {1, 2, 4}) {
    for (const size_t ahead : {1, 2, 5}) {
      EXPECT_EQ(load_all(dataset, batches, threads, ahead), inline_) << threads << " " << ahead;
    }
  }
}

TEST(PictureLoader, FillsPixelsByExampleAndZeroesBadOnes) {
  const FakeDataset dataset(20, {3});
  const Everything all = load_all(dataset, {{2, 3, 5}}, 2, 2);
  const std::vector<float> expected = {2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 5, 6, 7, 8, 9, 10};
  EXPECT_EQ(all.pixels[0], expected);
  EXPECT_EQ(all.usable[0], (std::vector<uint8_t>{1, 0, 1}));
}

TEST(PictureLoader, ReusedSlotsForgetAnEarlierBadPicture) {
  const FakeDataset dataset(4, {0});
  const Everything all = load_all(dataset, {{0}, {1}, {2}, {0}, {3}}, 2, 2);
  EXPECT_EQ(all.usable, (std::vector<std::vector<uint8_t>>{{0}, {1}, {1}, {0}, {1}}));
  EXPECT_EQ(all.bad.size(), 1U);  // named once
}

TEST(PictureLoader, CarriesOtherExceptionsToTheConsumerAtTheirPlace) {
  for (const int threads : {0, 1, 4}) {
    const FakeDataset dataset(40, {}, 17);
    BadPictures bad;
    PictureLoader loader(dataset, all_in_batches(40, 5), kFloats, widen, {threads, 3}, &bad);
    for (int batch = 0; batch < 3; ++batch) ASSERT_NE(loader.next(), nullptr);
    EXPECT_THROW(loader.next(), IoError);
    EXPECT_EQ(loader.next(), nullptr);
  }
}

TEST(PictureLoader, StopsAboveTheBoundOfBadPicturesAtTheSamePlace) {
  for (const int threads : {0, 1, 4}) {
    const FakeDataset dataset(40, {1, 11, 21, 31});
    BadPictures bad(2);
    PictureLoader loader(dataset, all_in_batches(40, 5), kFloats, widen, {threads, 3}, &bad);
    for (int batch = 0; batch < 4; ++batch) ASSERT_NE(loader.next(), nullptr);
    const std::string message = message_of<InputError>([&] { loader.next(); });
    EXPECT_NE(message.find("p1.jpg"), std::string::npos) << message;
    EXPECT_NE(message.find("`max_bad`"), std::string::npos) << message;
  }
}

TEST(PictureLoader, WorksNoFurtherAheadThanAsked) {
  const FakeDataset dataset(100);
  BadPictures bad;
  PictureLoader loader(dataset, all_in_batches(100, 4), kFloats, widen, {4, 3}, &bad);
  loader.next();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(dataset.loads, 12U);
  loader.next();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(dataset.loads, 16U);
}

TEST(PictureLoader, CanBeAbandonedAnyTime) {
  const FakeDataset dataset(1000);
  for (size_t taken = 0; taken < 20; ++taken) {
    BadPictures bad;
    PictureLoader loader(dataset, all_in_batches(1000, 3), kFloats, widen, {4, 4}, &bad);
    for (size_t i = 0; i < taken; ++i) ASSERT_NE(loader.next(), nullptr);
  }
}

TEST(PictureLoader, NoBatchesIsAnEnd) {
  const FakeDataset dataset(1);
  for (const int threads : {0, 2}) {
    BadPictures bad;
    PictureLoader loader(dataset, {}, kFloats, widen, {threads, 3}, &bad);
    EXPECT_EQ(loader.next(), nullptr);
  }
}

TEST(Prefetcher, OfSeveralFailuresTheFirstItemCounts) {
  for (int round = 0; round < 20; ++round) {
    Prefetcher prefetcher({8}, 4, 1, [](size_t, size_t, size_t item) {
      std::this_thread::sleep_for(std::chrono::microseconds(100 * (8 - item)));
      if (item >= 2) throw InternalError("item " + std::to_string(item));
    });
    EXPECT_EQ(message_of<InternalError>([&] { prefetcher.next(); }), "item 2");
  }
}

TEST(CutBatches, KeepsTheSmallerLastOne) {
  EXPECT_EQ(all_in_batches(5, 2), (std::vector<std::vector<size_t>>{{0, 1}, {2, 3}, {4}}));
  EXPECT_TRUE(all_in_batches(0, 2).empty());
}

TEST(BadPictures, NamesCountsAndBounds) {
  BadPictures bad(3);
  EXPECT_EQ(bad.summary(), "");
  bad.record("a", "x");
  bad.record("a", "x");
  EXPECT_EQ(bad.summary(), "1 picture skipped: a (x)");
  bad.record("b\n", "y");
  bad.record("c", "z");
  EXPECT_THROW(bad.record("d", "w"), InputError);
  EXPECT_EQ(bad.count(), 4U);
  EXPECT_EQ(bad.summary(), "4 pictures skipped: a (x), b\\x0a (y), c (z), ...");
  EXPECT_EQ((MaxBad{.share = 0.01, .least = 10}.of(6000)), 60U);
  EXPECT_EQ((MaxBad{.share = 0.01, .least = 10}.of(50)), 10U);
}

}  // namespace
}  // namespace storyteller::loader_test
