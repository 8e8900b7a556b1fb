// How often pictures of data sets of other weights are seen.
#include "train/batches/weighted_sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <vector>

#include "core/error.h"

namespace storyteller::weighted_sampler_test {
namespace {

std::vector<uint32_t> seen(double weight, uint64_t epoch, size_t images = 11) {
  std::vector<uint32_t> times(images);
  times_seen(weight, /*seed=*/3, /*set=*/1, epoch, times);
  return times;
}

size_t count(const std::vector<uint32_t>& times, uint32_t wanted) {
  return static_cast<size_t>(std::count(times.begin(), times.end(), wanted));
}

TEST(ImageShares, WholeWeightsShowEachPictureAsOften) {
  for (const uint64_t epoch : {0, 1, 7}) {
    EXPECT_EQ(seen(1, epoch), std::vector<uint32_t>(11, 1));
    EXPECT_EQ(seen(2, epoch), std::vector<uint32_t>(11, 2));
  }
}

TEST(ImageShares, AHalfShowsTheOtherHalfNextTime) {
  constexpr size_t kImages = 12;
  const auto first = seen(0.5, 0, kImages), next = seen(0.5, 1, kImages);
  EXPECT_EQ(count(first, 1), 6U);
  for (size_t i = 0; i < kImages; ++i) EXPECT_EQ(first[i] + next[i], 1U) << i;
  EXPECT_NE(seen(0.5, 2, kImages), first) << "another half then";
}

TEST(ImageShares, NoPictureIsSeenTwiceMoreThanAnother) {
  for (const double weight : {0.3, 1.7, 2.25}) {
    std::vector<uint32_t> sum(11);
    for (uint64_t epoch = 0; epoch < 40; ++epoch) {
      const auto times = seen(weight, epoch);
      for (size_t i = 0; i < sum.size(); ++i) sum[i] += times[i];
      const auto [least, most] = std::minmax_element(sum.begin(), sum.end());
      EXPECT_LE(*most - *least, 1U) << weight << ' ' << epoch;
    }
    const auto all = std::accumulate(sum.begin(), sum.end(), 0U);
    EXPECT_EQ(all, static_cast<uint32_t>(weight * 11 * 40)) << weight;
  }
}

/// Two captions of each of ten images, then one of each of six.
std::vector<CaptionLength> two_sets() {
  std::vector<CaptionLength> captions;
  for (size_t image = 0; image < 16; ++image) {
    for (size_t c = 0; c < (image < 10 ? 2 : 1); ++c) captions.push_back({image, 4});
  }
  return captions;
}

WeightedSampler sampler(std::vector<ImageShare> shares) {
  return {two_sets(), {.batch = 4, .seed = 5}, std::move(shares)};
}

std::vector<std::vector<size_t>> epoch_of(WeightedSampler& sampler, uint64_t epoch) {
  sampler.seek({epoch, 0});
  std::vector<std::vector<size_t>> batches;
  CaptionBatch batch;
  while (sampler.cursor().epoch == epoch) {
    sampler.next(&batch);
    batches.push_back(batch.captions);
  }
  return batches;
}

TEST(WeightedSampler, WeightsOfOneChangeNothing) {
  BatchSampler plain(two_sets(), {.batch = 4, .seed = 5});
  WeightedSampler alone(plain), of_sets = sampler({{10, 1}, {16, 1}});
  for (const uint64_t epoch : {0, 3}) EXPECT_EQ(epoch_of(alone, epoch), epoch_of(of_sets, epoch));
}

TEST(WeightedSampler, ShowsEachSetAsOftenAsItsWeightSays) {
  WeightedSampler weighed = sampler({{10, 0.5}, {16, 3}});
  EXPECT_EQ(weighed.batches_per_epoch(), 7U) << "10 and 18 captions";
  std::map<size_t, int> times;
  bool mixed = false;
  for (const uint64_t epoch : {0, 1}) {
    const auto batches = epoch_of(weighed, epoch);
    EXPECT_EQ(batches.size(), weighed.batches_in(epoch));
    for (const auto& batch : batches) {
      for (const size_t caption : batch) ++times[caption];
      mixed = mixed || (batch.front() >= 20) != (batch.back() >= 20);
    }
  }
  for (size_t caption = 0; caption < 26; ++caption) {
    EXPECT_EQ(times[caption], caption < 20 ? 1 : 6) << caption;
  }
  EXPECT_TRUE(mixed) << "sets share batches";
}

TEST(WeightedSampler, GoesOnFromEveryBatch) {
  WeightedSampler whole = sampler({{10, 0.75}, {16, 1.3}});
  for (uint64_t epoch = 0; epoch < 5; ++epoch) {
    const auto batches = epoch_of(whole, epoch);
    for (size_t b = 0; b < batches.size(); ++b) {
      WeightedSampler later = sampler({{10, 0.75}, {16, 1.3}});
      later.seek({epoch, b});
      CaptionBatch batch;
      later.next(&batch);
      EXPECT_EQ(batch.captions, batches[b]);
    }
    EXPECT_THROW(whole.seek({epoch, batches.size()}), InternalError);
  }
}

}  // namespace
}  // namespace storyteller::weighted_sampler_test
