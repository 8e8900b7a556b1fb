#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "train/batches/batch_sampler.h"
#include "train/batches/image_shares.h"

namespace storyteller {

/// The batches of a BatchSampler in which images of some data sets come more often, or more rarely,
/// than once an epoch. An epoch is that of a BatchSampler over its captions, those of an image that
/// is seen twice as if they were of two, so it too is a pure function of (seed, epoch). Such an
/// image may stand twice in a batch.
class WeightedSampler {
 public:
  using Cursor = BatchSampler::Cursor;

  /// The batches of `plain`, from where it stands.
  WeightedSampler(BatchSampler plain);  // NOLINT(google-explicit-constructor): it is one of these
  /// `shares`: of all images; where all weights are 1, or there are none, the batches are those of
  /// a BatchSampler. Every share has an image, and shows at least one in an epoch.
  WeightedSampler(std::vector<CaptionLength> captions, const BatchSampler::Options& options,
                  std::vector<ImageShare> shares);

  /// Of an epoch that is as long as they are on average: where weights are fractions, epochs differ
  /// by a few captions.
  size_t batches_per_epoch() const;
  size_t batches_in(uint64_t epoch) const;

  /// As those of BatchSampler. The captions of a batch have their ids, and may come twice in it.
  void next(CaptionBatch* batch);
  Cursor cursor() const { return cursor_; }
  void seek(const Cursor& cursor);

 private:
  /// What an epoch shows.
  struct Epoch {
    uint64_t number;
    std::vector<size_t> caption;  // of each caption of `sampler`
    BatchSampler sampler;
  };
  size_t share_of(size_t image) const;
  std::vector<uint32_t> times_seen(uint64_t epoch) const;
  Epoch make(uint64_t epoch) const;

  std::vector<CaptionLength> captions_;
  BatchSampler::Options options_;
  std::vector<ImageShare> shares_;           // empty: all images are seen once
  std::vector<std::vector<size_t>> images_;  // (shares) those with captions to train
  size_t last_image_ = 0;
  Cursor cursor_;
  std::optional<Epoch> epoch_;  // that of the cursor; of a plain sampler, all
};

}  // namespace storyteller
