#include "train/batches/picture_batches.h"

#include <algorithm>
#include <utility>

namespace storyteller {
namespace {

/// All captions of the pictures [first, end), each picture once; no captions where they have none.
CaptionBatch batch_of(const EncodedCaptions& captions, size_t first, size_t end) {
  std::vector<CaptionLength> lengths = captions.lengths();
  size_t count = 0;
  for (CaptionLength& caption : lengths) {
    if (caption.image < first || caption.image >= end) caption.length = 0;
    if (caption.length > 0) ++count;
  }
  CaptionBatch batch;
  if (count > 0) BatchSampler(std::move(lengths), {.batch = count}).next(&batch);
  return batch;
}

}  // namespace

std::vector<CaptionBatch> picture_batches(const EncodedCaptions& captions, size_t pictures) {
  constexpr size_t kPictures = 32;
  std::vector<CaptionBatch> batches;
  for (size_t first = 0; first < pictures; first += kPictures) {
    CaptionBatch batch = batch_of(captions, first, std::min(first + kPictures, pictures));
    if (!batch.captions.empty()) batches.push_back(std::move(batch));
  }
  return batches;
}

}  // namespace storyteller
