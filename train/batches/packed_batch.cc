#include "train/batches/packed_batch.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <string>

#include "core/dispatch.h"
#include "core/error.h"
#include "core/random_stream.h"
#include "model/vocabulary.h"

namespace storyteller {
namespace {

/// The next `count` elements behind `*taken`.
Tensor take(const Tensor& whole, size_t count, int64_t* taken) {
  const auto rows = static_cast<int64_t>(count);
  *taken += rows;
  return whole.row_range(*taken - rows, rows);
}

void check_word(int word, int64_t vocabulary, size_t caption) {
  if (word >= 0 && word < vocabulary) return;
  throw InputError("caption " + std::to_string(caption) + " holds word " + std::to_string(word) +
                   ", but the model knows words 0 to " + std::to_string(vocabulary - 1) +
                   ": it was encoded with another vocabulary");
}

}  // namespace

void BatchPacker::assign(const CaptionBatch& batch, const EncodedCaptions& captions) {
  words_.clear();
  targets_.clear();
  row_key_.clear();
  row_weight_.clear();
  masked_.clear();
  offset_.assign(1, 0);
  const size_t steps = captions.targets(batch.captions.front()).size();
  for (size_t t = 0; t < steps; ++t) {
    for (size_t caption : batch.captions) {
      const auto targets = captions.targets(caption);
      if (targets.size() <= t) break;
      check_word(targets[t], vocabulary_, caption);
      words_.push_back(t == 0 ? captions.begin(caption) : targets[t - 1]);
      targets_.push_back(targets[t]);
      row_key_.push_back(static_cast<uint64_t>(caption) << 16 | t);
      if (captions.weighs()) row_weight_.push_back(captions.weight(caption));
    }
    offset_.push_back(static_cast<int64_t>(words_.size()));
  }
  counted_ = static_cast<double>(words_.size());
}

void BatchPacker::mask_image(const CaptionBatch& batch, size_t image_of_batch) {
  masked_.push_back(image_of_batch);
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
  numbers_.clear();
  const auto add = [&](const std::vector<int32_t>& part) {
    numbers_.insert(numbers_.end(), part.begin(), part.end());
  };
  add(words_);
  add(targets_);
  add(batch.row_image);
  add(batch.image_begin);
  add(batch.image_rows);
  const SourceOp source("batch");
  const Tensor numbers = Tensor::from({std::ssize(numbers_)}, numbers_, device);
  int64_t taken = 0;
  packed->words = take(numbers, words_.size(), &taken);
  packed->targets = take(numbers, targets_.size(), &taken);
  packed->map.row_to_image = take(numbers, batch.row_image.size(), &taken);
  packed->map.image_begin = take(numbers, batch.image_begin.size(), &taken);
  packed->map.image_rows = take(numbers, batch.image_rows.size(), &taken);
  packed->row_key = Tensor::from({std::ssize(row_key_)}, row_key_, device);
  packed->offset = offset_;
  packed->counted = counted_;
  packed->row_weight = row_weight_;
  packed->masked = masked_;
}

Tensor weights_of_rows(std::span<const double> weights, DType type, Device device) {
  if (weights.empty()) return {};
  const auto rows = std::ssize(weights);
  if (type == DType::kFloat64) {
    return Tensor::from({rows}, std::vector<double>(weights.begin(), weights.end()), device);
  }
  return Tensor::from({rows}, std::vector<float>(weights.begin(), weights.end()), device);
}

PackedCaptions pack(std::span<const SingleCaption> captions, size_t images, Device device) {
  PackedCaptions packed;
  std::vector<size_t>& order = packed.order;
  order.resize(captions.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](size_t c) { return captions[c].targets.size(); });
  std::vector<int32_t> words, targets, row_image;
  std::vector<uint64_t> row_key;
  PackedBatch& batch = packed.batch;
  batch.offset = {0};
  for (const size_t c : order) row_image.push_back(static_cast<int32_t>(captions[c].image));
  const size_t steps = order.empty() ? 0 : captions[order.front()].targets.size();
  for (size_t t = 0; t < steps; ++t) {
    for (const size_t c : order) {
      const SingleCaption& caption = captions[c];
      if (caption.targets.size() <= t) break;
      words.push_back(t == 0 ? caption.begin : caption.targets[t - 1]);
      targets.push_back(caption.targets[t]);
      row_key.push_back(caption.key << 16U | t);
    }
    batch.offset.push_back(std::ssize(words));
  }
  batch.words = Tensor::from({std::ssize(words)}, words, device);
  batch.targets = Tensor::from({std::ssize(targets)}, targets, device);
  batch.row_key = Tensor::from({std::ssize(row_key)}, row_key, device);
  batch.map = make_row_map(row_image, static_cast<int64_t>(images), device);
  batch.counted = static_cast<double>(words.size());
  return packed;
}

}  // namespace storyteller
