#include "train/batches/micro_batch.h"

#include <algorithm>

namespace storyteller {

size_t parts_of(const CaptionBatch& batch, size_t wanted) {
  return std::clamp<size_t>(wanted, 1, std::max<size_t>(batch.images.size(), 1));
}

void cut_part(const CaptionBatch& batch, size_t part, size_t parts, CaptionBatch* out) {
  const size_t images = batch.images.size();
  const size_t begin = images * part / parts, end = images * (part + 1) / parts;
  out->images.assign(batch.images.begin() + static_cast<std::ptrdiff_t>(begin),
                     batch.images.begin() + static_cast<std::ptrdiff_t>(end));
  out->captions.clear();
  out->row_image.clear();
  out->image_begin.assign(end - begin + 1, 0);
  for (size_t row = 0; row < batch.captions.size(); ++row) {
    const auto image = static_cast<size_t>(batch.row_image[row]);
    if (image < begin || image >= end) continue;
    out->captions.push_back(batch.captions[row]);
    out->row_image.push_back(static_cast<int>(image - begin));
    ++out->image_begin[image - begin + 1];
  }
  for (size_t i = 0; i < end - begin; ++i) out->image_begin[i + 1] += out->image_begin[i];
  out->image_rows.clear();
  for (size_t i = 0; i < end - begin; ++i) {
    for (size_t row = 0; row < out->row_image.size(); ++row) {
      if (out->row_image[row] == static_cast<int>(i)) {
        out->image_rows.push_back(static_cast<int>(row));
      }
    }
  }
}

}  // namespace storyteller
