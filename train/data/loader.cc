#include "train/data/loader.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/error.h"

namespace storyteller {
namespace {

std::vector<size_t> sizes_of(const std::vector<std::vector<size_t>>& batches) {
  std::vector<size_t> sizes;
  sizes.reserve(batches.size());
  for (const auto& batch : batches) sizes.push_back(batch.size());
  return sizes;
}

}  // namespace

PictureLoader::PictureLoader(const Dataset& dataset, std::vector<std::vector<size_t>> batches,
                             size_t floats_per_picture, PicturePreprocess preprocess,
                             const Options& options, BadPictures* bad,
                             std::vector<std::string>* warnings)
    : dataset_(dataset),
      batches_(std::move(batches)),
      floats_per_picture_(floats_per_picture),
      preprocess_(std::move(preprocess)),
      bad_(bad),
      warnings_(warnings),
      slots_(std::max<size_t>(options.batches_ahead, 1)),
      prefetcher_(
          [&] {  // size the slots before any thread runs
            const std::vector<size_t> sizes = sizes_of(batches_);
            const size_t most = sizes.empty() ? 0 : *std::max_element(sizes.begin(), sizes.end());
            for (Slot& slot : slots_) {
              slot.pixels.resize(most * floats_per_picture_);
              slot.usable.resize(most);
              slot.reasons.resize(most);
              slot.warnings.resize(most);
            }
            return sizes;
          }(),
          options.threads, slots_.size(),
          [this](size_t slot, size_t batch, size_t item) { load(slot, batch, item); }) {}

void PictureLoader::load(size_t slot_index, size_t batch, size_t item) {
  Slot& slot = slots_[slot_index];
  float* out = slot.pixels.data() + item * floats_per_picture_;
  slot.warnings[item].clear();
  slot.usable[item] = 1;
  try {
    const Image image = dataset_.load(batches_[batch][item], &slot.warnings[item]);
    preprocess_(image, batches_[batch][item], out);
  } catch (const InputError& error) {
    slot.usable[item] = 0;
    slot.reasons[item] = error.what();
    std::fill(out, out + floats_per_picture_, 0.0F);
  }
}

const PictureBatch* PictureLoader::next() {
  const std::ptrdiff_t index = prefetcher_.next();
  if (index < 0) return nullptr;
  const Slot& slot = slots_[index];
  const std::vector<size_t>& examples = batches_[batch_++];
  for (size_t item = 0; item < examples.size(); ++item) {
    if (slot.usable[item] == 0) bad_->record(dataset_.id(examples[item]), slot.reasons[item]);
    if (warnings_ != nullptr) {
      warnings_->insert(warnings_->end(), slot.warnings[item].begin(), slot.warnings[item].end());
    }
  }
  current_ = {.examples = examples,
              .pixels = std::span(slot.pixels).first(examples.size() * floats_per_picture_),
              .usable = std::span(slot.usable).first(examples.size())};
  return &current_;
}

std::vector<std::vector<size_t>> cut_batches(std::span<const size_t> indices, size_t size) {
  std::vector<std::vector<size_t>> batches;
  for (size_t first = 0; first < indices.size(); first += size) {
    const auto part = indices.subspan(first, std::min(size, indices.size() - first));
    batches.emplace_back(part.begin(), part.end());
  }
  return batches;
}

std::vector<std::vector<size_t>> all_in_batches(size_t count, size_t size) {
  std::vector<size_t> indices(count);
  std::iota(indices.begin(), indices.end(), size_t{0});
  return cut_batches(indices, size);
}

}  // namespace storyteller
