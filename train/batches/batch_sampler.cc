#include "train/batches/batch_sampler.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "core/error.h"
#include "core/random_stream.h"

namespace storyteller {
namespace {

constexpr uint64_t kBatchesSite = 0x62617463686573;  // "batches": the key's consumer

}  // namespace

BatchSampler::BatchSampler(std::vector<CaptionLength> captions, const Options& options)
    : captions_(std::move(captions)), options_(options) {
  if (options_.batch == 0) throw UsageError("the batch size must be at least 1");
  std::unordered_map<size_t, size_t> slot;
  for (size_t c = 0; c < captions_.size(); ++c) {
    if (captions_[c].length <= 0) {
      slot_.push_back(0);  // never read: the caption enters no batch
      continue;
    }
    ++count_;
    const auto [found, is_new] = slot.try_emplace(captions_[c].image, by_image_.size());
    if (is_new) by_image_.emplace_back();
    by_image_[found->second].push_back(c);
    slot_.push_back(found->second);
  }
  if (count_ == 0) throw InputError("no captions to train on");
  slot_position_.assign(by_image_.size(), -1);
  order_ = order(0);
}

size_t BatchSampler::batches_per_epoch() const {
  return (count_ + options_.batch - 1) / options_.batch;
}

// Groups of captions of one image, shuffled within and among themselves.
std::vector<std::vector<size_t>> BatchSampler::groups(uint64_t epoch) const {
  RandomStream random(philox_key(options_.seed, epoch, kBatchesSite), 0);
  const size_t most = std::max<size_t>(options_.captions_per_image, 1);
  std::vector<std::vector<size_t>> all;
  for (std::vector<size_t> captions : by_image_) {
    random.shuffle(captions);
    for (size_t first = 0; first < captions.size(); first += most) {
      const auto begin = captions.begin() + static_cast<std::ptrdiff_t>(first);
      const auto count = static_cast<std::ptrdiff_t>(std::min(most, captions.size() - first));
      all.emplace_back(begin, begin + count);
    }
  }
  random.shuffle(all);
  return all;
}

std::vector<size_t> BatchSampler::order(uint64_t epoch) const {
  std::vector<std::vector<size_t>> all = groups(epoch);
  const auto mean_length = [&](const std::vector<size_t>& group) {
    double sum = 0;
    for (const size_t c : group) sum += captions_[c].length;
    return sum / static_cast<double>(group.size());
  };
  // Windows end where a batch ends only on average; the cut below does not care.
  const size_t window = options_.window * options_.batch;
  for (size_t first = 0, last = 0; first < all.size() && window > 0; first = last) {
    for (size_t count = 0; last < all.size() && count < window;) count += all[last++].size();
    std::stable_sort(all.begin() + static_cast<std::ptrdiff_t>(first),
                     all.begin() + static_cast<std::ptrdiff_t>(last),
                     [&](const auto& a, const auto& b) { return mean_length(a) > mean_length(b); });
  }
  std::vector<size_t> flat;
  flat.reserve(count_);
  for (const auto& group : all) flat.insert(flat.end(), group.begin(), group.end());

  std::vector<size_t> batches(count_ / options_.batch);  // the full ones
  for (size_t b = 0; b < batches.size(); ++b) batches[b] = b;
  RandomStream random(philox_key(options_.seed, epoch, kBatchesSite), 1);
  random.shuffle(batches);
  std::vector<size_t> shuffled;
  shuffled.reserve(flat.size());
  const auto copy = [&](size_t first, size_t last) {
    shuffled.insert(shuffled.end(), flat.begin() + static_cast<std::ptrdiff_t>(first),
                    flat.begin() + static_cast<std::ptrdiff_t>(last));
  };
  for (const size_t b : batches) copy(b * options_.batch, (b + 1) * options_.batch);
  copy(batches.size() * options_.batch, flat.size());
  return shuffled;
}

// Lengths descending, ties by id: std::sort takes no memory.
void BatchSampler::sort_rows(CaptionBatch* batch) const {
  std::sort(batch->captions.begin(), batch->captions.end(), [&](size_t a, size_t b) {
    const int length_a = captions_[a].length, length_b = captions_[b].length;
    return length_a != length_b ? length_a > length_b : a < b;
  });
}

void BatchSampler::map_images(CaptionBatch* batch) {
  batch->images.clear();
  batch->row_image.clear();
  for (const size_t c : batch->captions) {
    int& position = slot_position_[slot_[c]];
    if (position < 0) {
      position = static_cast<int>(batch->images.size());
      batch->images.push_back(captions_[c].image);
    }
    batch->row_image.push_back(position);
  }
  for (const size_t c : batch->captions) slot_position_[slot_[c]] = -1;

  // Counting sort of the rows by image.
  const size_t images = batch->images.size();
  batch->image_begin.assign(images + 1, 0);
  for (const int image : batch->row_image) ++batch->image_begin[image + 1];
  for (size_t i = 0; i < images; ++i) batch->image_begin[i + 1] += batch->image_begin[i];
  batch->image_rows.resize(batch->captions.size());
  for (size_t row = batch->row_image.size(); row-- > 0;) {  // backwards: begins become ends
    batch->image_rows[--batch->image_begin[batch->row_image[row] + 1]] = static_cast<int>(row);
  }
  // Each begin[i+1] has sunk to the start of image i: shift them into place.
  for (size_t i = 0; i < images; ++i) batch->image_begin[i] = batch->image_begin[i + 1];
  batch->image_begin[images] = static_cast<int>(batch->captions.size());
}

void BatchSampler::next(CaptionBatch* batch) {
  if (ordered_epoch_ != cursor_.epoch) {
    order_ = order(cursor_.epoch);
    ordered_epoch_ = cursor_.epoch;
  }
  const size_t first = cursor_.batch * options_.batch;
  const auto captions =
      std::span(order_).subspan(first, std::min(options_.batch, order_.size() - first));
  batch->captions.assign(captions.begin(), captions.end());
  sort_rows(batch);
  map_images(batch);
  if (++cursor_.batch == batches_per_epoch()) cursor_ = {cursor_.epoch + 1, 0};
}

void BatchSampler::seek(const Cursor& cursor) {
  if (cursor.batch >= batches_per_epoch()) {
    throw InternalError("batch sampler: batch " + std::to_string(cursor.batch) + " of " +
                        std::to_string(batches_per_epoch()));
  }
  cursor_ = cursor;
}

}  // namespace storyteller
