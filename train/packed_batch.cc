#include "train/packed_batch.h"

#include <algorithm>

#include "kernels/philox.h"
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
  counted = static_cast<double>(N);
  const auto B = static_cast<int64_t>(batch.captions.size());
  const auto I = static_cast<int64_t>(batch.images.size());
  map = {Tensor::from({B}, batch.row_image, device),
         Tensor::from({I + 1}, batch.image_begin, device),
         Tensor::from({B}, batch.image_rows, device)};
}

void PackedBatch::mask_image(const CaptionBatch& batch, size_t image_of_batch) {
  auto* target = targets.data<int32_t>();
  for (size_t t = 0; t + 1 < offset.size(); ++t) {
    const int64_t rows_here = offset[t + 1] - offset[t];
    for (int64_t row = 0; row < rows_here; ++row) {
      if (batch.row_image[static_cast<size_t>(row)] != static_cast<int>(image_of_batch)) continue;
      target[offset[t] + row] = -1;
      counted -= 1;
    }
  }
  counted = std::max(counted, 1.0);
}

void PackedBatch::drop_words(double rate, uint64_t key) {
  if (rate <= 0) return;
  auto* word = words.data<int32_t>();
  for (size_t n = static_cast<size_t>(offset[1]); n < row_key.size(); ++n) {
    if (uniform01(philox(key, 0, row_key[n])[0]) < rate) word[n] = Vocabulary::kUnk;
  }
}

}  // namespace storyteller
