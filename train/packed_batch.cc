#include "train/packed_batch.h"

#include "model/vocabulary.h"

namespace storyteller {

void PackedBatch::assign(const CaptionBatch& batch, const EncodedCaptions& captions,
                         Device device) {
  words_.clear();
  targets_.clear();
  row_key.clear();
  offset.assign(1, 0);
  const size_t steps = captions.targets(batch.captions.front()).size();
  for (size_t t = 0; t < steps; ++t) {
    for (size_t caption : batch.captions) {
      const auto targets = captions.targets(caption);
      if (targets.size() <= t) break;
      words_.push_back(t == 0 ? Vocabulary::kStart : targets[t - 1]);
      targets_.push_back(targets[t]);
      row_key.push_back(static_cast<uint64_t>(caption) << 16 | t);
    }
    offset.push_back(static_cast<int64_t>(words_.size()));
  }
  const auto N = static_cast<int64_t>(words_.size());
  words = Tensor::from({N}, words_, device);
  targets = Tensor::from({N}, targets_, device);
  const auto B = static_cast<int64_t>(batch.captions.size());
  const auto I = static_cast<int64_t>(batch.images.size());
  map = {Tensor::from({B}, batch.row_image, device), Tensor::from({I + 1}, batch.image_begin, device),
         Tensor::from({B}, batch.image_rows, device)};
}

}  // namespace storyteller
