#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "train/batches/weighted_sampler.h"

namespace storyteller {

/// What is trained on, in order: the batches of a sampler, each cut into parts that are computed
/// one after the other. Pictures of several data sets are one sampler's, which mixes them within a
/// batch. What cannot share a batch with pictures would be a second sampler, its batches put
/// between these by a draw of (seed, epoch): the cursor, epoch and batch of the plan, then says
/// where both stand.
class BatchPlan {
 public:
  using Cursor = WeightedSampler::Cursor;

  /// `parts`: into how many a batch is cut, or as many as it has pictures.
  BatchPlan(WeightedSampler sampler, size_t parts) : sampler_(std::move(sampler)), wanted_(parts) {}

  /// Moves on to the next batch, over the end of an epoch into the next.
  void next() { sampler_.next(&batch_); }
  /// The current batch; its parts; and one of them, which is valid until the next call. Where there
  /// is one part, it is the batch.
  const CaptionBatch& batch() const { return batch_; }
  size_t parts() const;
  const CaptionBatch& part(size_t p);

  /// Pictures of every part that is left of the cursor's epoch.
  std::vector<std::vector<size_t>> rest_of_epoch() const;

  /// Of the batch to come.
  Cursor cursor() const { return sampler_.cursor(); }
  void seek(const Cursor& cursor) { sampler_.seek(cursor); }
  size_t batches_per_epoch() const { return sampler_.batches_per_epoch(); }
  size_t batches_in(uint64_t epoch) const { return sampler_.batches_in(epoch); }

 private:
  WeightedSampler sampler_;
  size_t wanted_;
  CaptionBatch batch_, part_;
};

}  // namespace storyteller
