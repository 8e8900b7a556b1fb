#include "train/packed_batch.h"

#include <algorithm>

#include "kernels/philox.h"
#include "model/vocabulary.h"

namespace storyteller {
namespace {

/// Gathers arrays of one element type, and cuts their tensors out of a single one.
template <class T>
class Gathered {
 public:
  explicit Gathered(std::vector<T>* all) : all_(all) { all_->clear(); }

  template <class Values>
  void add(const Values& values) {
    all_->insert(all_->end(), values.begin(), values.end());
  }
  void upload(Device device) {
    whole_ = Tensor::from({static_cast<int64_t>(all_->size())}, *all_, device);
  }
  /// The next `count` elements, in the order in which they were added.
  Tensor take(size_t count) {
    const auto rows = static_cast<int64_t>(count);
    taken_ += rows;
    return whole_.row_range(taken_ - rows, rows);
  }

 private:
  std::vector<T>* all_;
  Tensor whole_;
  int64_t taken_ = 0;
};

}  // namespace

void BatchPacker::assign(const CaptionBatch& batch, const EncodedCaptions& captions) {
  words_.clear();
  targets_.clear();
  row_key_.clear();
  offset_.assign(1, 0);
  const size_t steps = captions.targets(batch.captions.front()).size();
  for (size_t t = 0; t < steps; ++t) {
    for (size_t caption : batch.captions) {
      const auto targets = captions.targets(caption);
      if (targets.size() <= t) break;
      words_.push_back(t == 0 ? Vocabulary::kStart : targets[t - 1]);
      targets_.push_back(targets[t]);
      row_key_.push_back(static_cast<uint64_t>(caption) << 16 | t);
    }
    offset_.push_back(static_cast<int64_t>(words_.size()));
  }
  counted_ = static_cast<double>(words_.size());
}

void BatchPacker::mask_image(const CaptionBatch& batch, size_t image_of_batch) {
  for (size_t t = 0; t + 1 < offset_.size(); ++t) {
    const int64_t rows_here = offset_[t + 1] - offset_[t];
    for (int64_t row = 0; row < rows_here; ++row) {
      if (batch.row_image[static_cast<size_t>(row)] != static_cast<int>(image_of_batch)) continue;
      targets_[static_cast<size_t>(offset_[t] + row)] = -1;
      counted_ -= 1;
    }
  }
  counted_ = std::max(counted_, 1.0);
}

void BatchPacker::drop_words(double rate, uint64_t key) {
  if (rate <= 0) return;
  for (auto n = static_cast<size_t>(offset_[1]); n < row_key_.size(); ++n) {
    if (uniform01(philox(key, 0, row_key_[n])[0]) < rate) words_[n] = Vocabulary::kUnk;
  }
}

void BatchPacker::finish(const CaptionBatch& batch, Device device, PackedBatch* packed) {
  Gathered<int32_t> numbers(&numbers_);
  numbers.add(words_);
  numbers.add(targets_);
  numbers.add(batch.row_image);
  numbers.add(batch.image_begin);
  numbers.add(batch.image_rows);
  numbers.upload(device);
  packed->words = numbers.take(words_.size());
  packed->targets = numbers.take(targets_.size());
  packed->map.row_to_image = numbers.take(batch.row_image.size());
  packed->map.image_begin = numbers.take(batch.image_begin.size());
  packed->map.image_rows = numbers.take(batch.image_rows.size());

  Gathered<uint64_t> keys(&keys_);
  keys.add(row_key_);
  keys.add(offset_);
  keys.upload(device);
  packed->row_key = keys.take(row_key_.size());
  packed->device_offset = device.is_cpu() ? Tensor() : keys.take(offset_.size());
  packed->offset = offset_;
  packed->counted = counted_;
}

}  // namespace storyteller
