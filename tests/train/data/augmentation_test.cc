#include "train/data/augmentation.h"

#include <gtest/gtest.h>

#include "tests/train/tiny_training.h"
#include "train/batches/micro_batch.h"

namespace storyteller::augmentation_test {
namespace {

TEST(Augmentation, KnowsTheWordsThatTellSides) {
  for (const char* word : {"left", "right", "leftmost", "right-hand", "top-left", "rightward"}) {
    EXPECT_TRUE(tells_sides(word)) << word;
  }
  for (const char* word : {"bright", "leftovers", "upright", "copyright", "center", "righteous"}) {
    EXPECT_FALSE(tells_sides(word)) << word;
  }
}

TEST(Augmentation, NeverMirrorsAPictureOfWhichACaptionTellsSides) {
  const TinyDataset dataset({{"a dog", "a dog on the left"},
                             {"a bright light", "an upright piano"},
                             {"The RIGHT hand", "a hand"},
                             {"a cat", "a cat"}});
  const CaptionCorpus captions(dataset);
  const Augmentation augmentation({.flip = 1}, captions, 1);
  for (uint64_t epoch = 0; epoch < 20; ++epoch) {
    EXPECT_FALSE(augmentation.view(epoch, 0).mirrored);
    EXPECT_TRUE(augmentation.view(epoch, 1).mirrored);
    EXPECT_FALSE(augmentation.view(epoch, 2).mirrored);
    EXPECT_TRUE(augmentation.view(epoch, 3).mirrored);
  }
}

TEST(Augmentation, DrawsSharesAndCropsWithinTheirBounds) {
  constexpr size_t kImages = 2000;
  const CaptionCorpus captions{TinyDataset(std::vector<std::vector<std::string>>(kImages, {"a"}))};
  const Augmentation augmentation({.flip = 0.3, .crop = 0.5}, captions, 3);
  const Augmentation again({.flip = 0.3, .crop = 0.5}, captions, 3);
  const Augmentation other({.flip = 0.3, .crop = 0.5}, captions, 4);
  double flips = 0, sides = 0, differ_by_epoch = 0, differ_by_seed = 0;
  for (size_t i = 0; i < kImages; ++i) {
    const PictureView view = augmentation.view(5, i);
    EXPECT_EQ(view, again.view(5, i)) << "a pure function";
    EXPECT_EQ(view.mirrored, augmentation.mirrored(5, i));
    EXPECT_TRUE(view.cropped && view.side >= 0.5 && view.side <= 1);
    EXPECT_TRUE(view.left >= 0 && view.left <= 1 && view.top >= 0 && view.top <= 1);
    flips += view.mirrored;
    sides += view.side;
    differ_by_epoch += view != augmentation.view(6, i);
    differ_by_seed += view != other.view(5, i);
  }
  EXPECT_NEAR(flips / kImages, 0.3, 0.05);
  EXPECT_NEAR(sides / kImages, 0.75, 0.02);
  EXPECT_EQ(differ_by_epoch, kImages);
  EXPECT_EQ(differ_by_seed, kImages);
}

TEST(Augmentation, SwitchedOffSeesWhatCaptioningSees) {
  const CaptionCorpus captions{TinyDataset({{"a"}})};
  const Augmentation augmentation({}, captions, 3);
  EXPECT_EQ(augmentation.view(7, 0), PictureView());
}

TEST(BatchParts, AreDisjointCompleteAndInOrder) {
  const CaptionCorpus captions{TinyDataset(TinyDataset::varied_captions(23))};
  std::vector<CaptionLength> lengths;
  for (size_t c = 0; c < captions.size(); ++c) {
    lengths.push_back({captions.image(c), static_cast<int>(captions.tokens(c).size())});
  }
  BatchSampler sampler(lengths, {.batch = 17, .captions_per_image = 2, .seed = 1});
  CaptionBatch batch, part;
  for (int round = 0; round < 3; ++round) {
    sampler.next(&batch);
    for (const size_t wanted : {1U, 2U, 5U, 1000U}) {
      const size_t parts = parts_of(batch, wanted);
      EXPECT_EQ(parts, std::min<size_t>(wanted, batch.images.size()));
      std::vector<size_t> seen, images;
      for (size_t p = 0; p < parts; ++p) {
        cut_part(batch, p, parts, &part);
        ASSERT_FALSE(part.images.empty());
        images.insert(images.end(), part.images.begin(), part.images.end());
        int length = 1000;
        for (size_t row = 0; row < part.captions.size(); ++row) {
          const size_t caption = part.captions[row];
          EXPECT_EQ(part.images[static_cast<size_t>(part.row_image[row])], lengths[caption].image);
          EXPECT_LE(lengths[caption].length, length);
          length = lengths[caption].length;
          seen.push_back(caption);
        }
        for (size_t i = 0; i < part.images.size(); ++i) {
          for (int k = part.image_begin[i]; k < part.image_begin[i + 1]; ++k) {
            const auto row = static_cast<size_t>(part.image_rows[static_cast<size_t>(k)]);
            EXPECT_EQ(part.row_image[row], static_cast<int>(i));
          }
        }
        EXPECT_EQ(static_cast<size_t>(part.image_begin.back()), part.captions.size());
      }
      EXPECT_EQ(images, batch.images);
      std::vector<size_t> all = batch.captions;
      std::sort(all.begin(), all.end());
      std::sort(seen.begin(), seen.end());
      EXPECT_EQ(seen, all);
    }
  }
}

}  // namespace
}  // namespace storyteller::augmentation_test
