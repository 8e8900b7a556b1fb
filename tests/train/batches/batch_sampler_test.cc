#include "train/batches/batch_sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "core/error.h"
#include "core/random_stream.h"

namespace storyteller::batch_sampler_test {
namespace {

std::vector<CaptionLength> corpus(size_t images, size_t per_image = 5) {
  RandomStream random(9, 9);
  std::vector<CaptionLength> captions;
  for (size_t image = 0; image < images; ++image) {
    for (size_t k = 0; k < per_image; ++k) {
      captions.push_back({3 * image + 1, 5 + static_cast<int>(random.below(16))});
    }
  }
  return captions;
}

std::vector<std::vector<size_t>> epoch_of(BatchSampler& sampler, uint64_t epoch) {
  sampler.seek({epoch, 0});
  std::vector<std::vector<size_t>> batches;
  CaptionBatch batch;
  for (size_t b = 0; b < sampler.batches_per_epoch(); ++b) {
    sampler.next(&batch);
    batches.push_back(batch.captions);
  }
  return batches;
}

TEST(BatchSampler, EveryCaptionComesOnceAnEpochInFullBatchesButTheLast) {
  for (const size_t group : {1, 2, 5}) {
    for (const size_t window : {0, 1, 7, 50}) {
      BatchSampler sampler(corpus(83),
                           {.batch = 16, .captions_per_image = group, .window = window, .seed = 4});
      ASSERT_EQ(sampler.batches_per_epoch(), 26U);
      std::vector<int> seen(83 * 5);
      const auto batches = epoch_of(sampler, 2);
      for (size_t b = 0; b < batches.size(); ++b) {
        EXPECT_EQ(batches[b].size(), b + 1 < batches.size() ? 16U : 15U);
        for (const size_t c : batches[b]) ++seen.at(c);
      }
      EXPECT_EQ(seen, std::vector<int>(83 * 5, 1));
      EXPECT_EQ(sampler.cursor(), (BatchSampler::Cursor{3, 0}));
    }
  }
}

TEST(BatchSampler, RowsFallInLengthAndTheMapIsConsistent) {
  const auto captions = corpus(60);
  BatchSampler sampler(captions, {.batch = 32});
  CaptionBatch batch;
  for (int b = 0; b < 25; ++b) {
    sampler.next(&batch);
    const size_t rows = batch.captions.size(), images = batch.images.size();
    ASSERT_EQ(batch.row_image.size(), rows);
    ASSERT_EQ(batch.image_begin.size(), images + 1);
    ASSERT_EQ(batch.image_rows.size(), rows);
    EXPECT_EQ(batch.image_begin.front(), 0);
    EXPECT_EQ(batch.image_begin.back(), static_cast<int>(rows));
    EXPECT_EQ(std::set<size_t>(batch.images.begin(), batch.images.end()).size(), images);
    for (size_t row = 0; row < rows; ++row) {
      if (row > 0) {
        EXPECT_GE(captions[batch.captions[row - 1]].length, captions[batch.captions[row]].length);
      }
      EXPECT_EQ(batch.images[batch.row_image[row]], captions[batch.captions[row]].image);
    }
    std::vector<int> covered(rows);
    for (size_t i = 0; i < images; ++i) {
      EXPECT_LT(batch.image_begin[i], batch.image_begin[i + 1]);
      for (int k = batch.image_begin[i]; k < batch.image_begin[i + 1]; ++k) {
        EXPECT_EQ(batch.row_image[batch.image_rows[k]], static_cast<int>(i));
        if (k > batch.image_begin[i]) {
          EXPECT_LT(batch.image_rows[k - 1], batch.image_rows[k]);
        }
        ++covered[batch.image_rows[k]];
      }
    }
    EXPECT_EQ(covered, std::vector<int>(rows, 1));
  }
}

TEST(BatchSampler, GroupingSharesImagesAndLengthsAreAlikeInABatch) {
  const auto captions = corpus(600);
  const auto mean_images = [&](size_t group) {
    BatchSampler sampler(captions, {.batch = 60, .captions_per_image = group});
    CaptionBatch batch;
    double sum = 0;
    for (size_t b = 0; b < sampler.batches_per_epoch(); ++b) {
      sampler.next(&batch);
      sum += static_cast<double>(batch.images.size());
    }
    return sum / static_cast<double>(sampler.batches_per_epoch());
  };
  EXPECT_LT(mean_images(5), 12.5);
  EXPECT_GT(mean_images(1), 50);
  const auto padding = [&](size_t window) {  // share of the padded batch that is no token
    BatchSampler sampler(captions, {.batch = 60, .captions_per_image = 1, .window = window});
    double tokens = 0, padded = 0;
    for (const auto& batch : epoch_of(sampler, 0)) {
      for (const size_t c : batch) tokens += captions[c].length;
      padded += static_cast<double>(batch.size()) * captions[batch.front()].length;
    }
    return 1 - tokens / padded;
  };
  EXPECT_GT(padding(0), 0.30);
  EXPECT_LT(padding(50), 0.05);
}

TEST(BatchSampler, IsAPureFunctionOfSeedAndEpoch) {
  BatchSampler a(corpus(50), {.batch = 8, .seed = 1}), b(corpus(50), {.batch = 8, .seed = 1});
  BatchSampler c(corpus(50), {.batch = 8, .seed = 2});
  const auto third = epoch_of(a, 3);
  EXPECT_EQ(third, epoch_of(b, 3));
  EXPECT_NE(third, epoch_of(b, 4));
  EXPECT_NE(third, epoch_of(c, 3));
  epoch_of(a, 7);
  EXPECT_EQ(third, epoch_of(a, 3));  // wherever it stood before
}

TEST(BatchSampler, ContinuesExactlyFromEveryCursor) {
  BatchSampler whole(corpus(21), {.batch = 10});
  std::vector<std::vector<size_t>> all;
  std::vector<BatchSampler::Cursor> cursors;
  CaptionBatch batch;
  for (int b = 0; b < 30; ++b) {
    cursors.push_back(whole.cursor());
    whole.next(&batch);
    all.push_back(batch.captions);
  }
  for (size_t cut = 0; cut < all.size(); ++cut) {
    BatchSampler resumed(corpus(21), {.batch = 10});
    resumed.seek(cursors[cut]);
    for (size_t b = cut; b < all.size(); ++b) {
      resumed.next(&batch);
      ASSERT_EQ(batch.captions, all[b]) << cut << " " << b;
    }
  }
}

TEST(BatchSampler, OrderOfBatchesDoesNotFollowLength) {
  const auto captions = corpus(2000);
  BatchSampler sampler(captions, {.batch = 50, .captions_per_image = 1});
  int rises = 0, last = 0, count = 0;
  for (const auto& batch : epoch_of(sampler, 0)) {
    const int length = captions[batch.front()].length;
    rises += length > last ? 1 : 0;
    last = length;
    ++count;
  }
  EXPECT_GT(rises, count / 5);
  EXPECT_LT(rises, count * 4 / 5);
}

TEST(BatchSampler, CaptionsWithoutLengthAreLeftOut) {
  auto captions = corpus(10);
  std::set<size_t> kept;
  for (size_t c = 0; c < captions.size(); ++c) {
    if (c % 3 == 0 || c < 5) captions[c].length = 0;  // all of the first image among them
    if (captions[c].length > 0) kept.insert(c);
  }
  BatchSampler sampler(captions, {.batch = 4});
  std::multiset<size_t> seen;
  for (const auto& batch : epoch_of(sampler, 1)) seen.insert(batch.begin(), batch.end());
  EXPECT_EQ(seen, (std::multiset<size_t>(kept.begin(), kept.end())));
  for (CaptionLength& caption : captions) caption.length = 0;
  EXPECT_THROW(BatchSampler(captions, {.batch = 4}), InputError);
}

TEST(BatchSampler, EdgesOfSize) {
  BatchSampler one(corpus(1, 1), {.batch = 64});
  CaptionBatch batch;
  one.next(&batch);
  EXPECT_EQ(batch.captions, std::vector<size_t>{0});
  EXPECT_EQ(one.cursor(), (BatchSampler::Cursor{1, 0}));
  BatchSampler exact(corpus(4, 4), {.batch = 8});
  EXPECT_EQ(exact.batches_per_epoch(), 2U);
  EXPECT_THROW(exact.seek({0, 2}), InternalError);
  EXPECT_THROW(BatchSampler({}, {.batch = 4}), InputError);
  EXPECT_THROW(BatchSampler(corpus(1), {.batch = 0}), UsageError);
}

}  // namespace
}  // namespace storyteller::batch_sampler_test
