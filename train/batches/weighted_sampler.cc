#include "train/batches/weighted_sampler.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/error.h"

namespace storyteller {

WeightedSampler::WeightedSampler(BatchSampler plain)
    : cursor_(plain.cursor()),
      epoch_(Epoch{.number = 0, .caption = {}, .sampler = std::move(plain)}) {}

WeightedSampler::WeightedSampler(std::vector<CaptionLength> captions,
                                 const BatchSampler::Options& options,
                                 std::vector<ImageShare> shares)
    : captions_(std::move(captions)), options_(options), shares_(std::move(shares)) {
  const bool once = std::all_of(shares_.begin(), shares_.end(),
                                [](const ImageShare& share) { return share.weight == 1; });
  if (once) {
    shares_.clear();
    epoch_ = Epoch{.number = 0, .caption = {}, .sampler = BatchSampler(captions_, options_)};
    return;
  }
  images_.resize(shares_.size());
  for (const CaptionLength& caption : captions_) {
    if (caption.length <= 0) continue;
    std::vector<size_t>& images = images_[share_of(caption.image)];
    if (images.empty() || images.back() != caption.image) images.push_back(caption.image);
    last_image_ = std::max(last_image_, caption.image);
  }
  for (std::vector<size_t>& images : images_) {  // whose captions do not lie side by side
    std::sort(images.begin(), images.end());
    images.erase(std::unique(images.begin(), images.end()), images.end());
  }
  epoch_ = make(0);
}

size_t WeightedSampler::share_of(size_t image) const {
  const auto share = std::find_if(shares_.begin(), shares_.end(),
                                  [&](const ImageShare& each) { return image < each.end; });
  if (share == shares_.end()) throw InternalError("weighted sampler: an image of no share");
  return static_cast<size_t>(share - shares_.begin());
}

/// By image.
std::vector<uint32_t> WeightedSampler::times_seen(uint64_t epoch) const {
  std::vector<uint32_t> all(last_image_ + 1), of_share;
  for (size_t s = 0; s < shares_.size(); ++s) {
    of_share.resize(images_[s].size());
    storyteller::times_seen(shares_[s].weight, options_.seed, s, epoch, of_share);
    for (size_t i = 0; i < of_share.size(); ++i) all[images_[s][i]] = of_share[i];
  }
  return all;
}

WeightedSampler::Epoch WeightedSampler::make(uint64_t epoch) const {
  const std::vector<uint32_t> times = times_seen(epoch);
  std::vector<CaptionLength> captions;
  std::vector<size_t> ids;
  const uint32_t most = *std::max_element(times.begin(), times.end());
  for (uint32_t time = 0; time < most; ++time) {
    // Images of their own, so that each time has its own groups of captions.
    const size_t first_image = time * times.size();
    for (size_t c = 0; c < captions_.size(); ++c) {
      const CaptionLength& caption = captions_[c];
      if (caption.length <= 0 || times[caption.image] <= time) continue;
      captions.push_back({first_image + caption.image, caption.length});
      ids.push_back(c);
    }
  }
  Epoch made{.number = epoch,
             .caption = std::move(ids),
             .sampler = BatchSampler(std::move(captions), options_)};
  made.sampler.seek({epoch, 0});
  return made;
}

size_t WeightedSampler::batches_per_epoch() const {
  if (shares_.empty()) return epoch_->sampler.batches_per_epoch();
  double captions = 0;
  for (const CaptionLength& caption : captions_) {
    if (caption.length > 0) captions += shares_[share_of(caption.image)].weight;
  }
  const auto mean = static_cast<size_t>(std::llround(captions));
  return std::max<size_t>((mean + options_.batch - 1) / options_.batch, 1);
}

size_t WeightedSampler::batches_in(uint64_t epoch) const {
  if (shares_.empty() || epoch == epoch_->number) return epoch_->sampler.batches_per_epoch();
  return make(epoch).sampler.batches_per_epoch();
}

void WeightedSampler::next(CaptionBatch* batch) {
  if (shares_.empty()) {
    epoch_->sampler.next(batch);
    cursor_ = epoch_->sampler.cursor();
    return;
  }
  if (epoch_->number != cursor_.epoch) epoch_ = make(cursor_.epoch);
  epoch_->sampler.next(batch);
  for (size_t& caption : batch->captions) caption = epoch_->caption[caption];
  for (size_t& image : batch->images) image %= last_image_ + 1;
  cursor_ = epoch_->sampler.cursor();
}

void WeightedSampler::seek(const Cursor& cursor) {
  if (!shares_.empty() && epoch_->number != cursor.epoch) epoch_ = make(cursor.epoch);
  epoch_->sampler.seek(cursor);
  cursor_ = cursor;
}

}  // namespace storyteller
