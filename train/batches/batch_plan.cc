#include "train/batches/batch_plan.h"

#include "train/batches/micro_batch.h"

namespace storyteller {

size_t BatchPlan::parts() const { return parts_of(batch_, wanted_); }

const CaptionBatch& BatchPlan::part(size_t p) {
  if (parts() == 1) return batch_;
  cut_part(batch_, p, parts(), &part_);
  return part_;
}

std::vector<std::vector<size_t>> BatchPlan::rest_of_epoch() const {
  BatchPlan ahead = *this;
  std::vector<std::vector<size_t>> pictures;
  const uint64_t epoch = cursor().epoch;
  while (ahead.cursor().epoch == epoch) {
    ahead.next();
    for (size_t p = 0; p < ahead.parts(); ++p) pictures.push_back(ahead.part(p).images);
  }
  return pictures;
}

}  // namespace storyteller
