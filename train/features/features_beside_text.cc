#include "train/features/features_beside_text.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace storyteller {

std::vector<size_t> FeaturesBesideText::with_pictures(std::span<const size_t> images) const {
  std::vector<size_t> some;
  std::ranges::copy_if(images, std::back_inserter(some),
                       [&](size_t image) { return dataset_.has_picture(image); });
  return some;
}

void FeaturesBesideText::expect(std::vector<std::vector<size_t>> batches, uint64_t epoch) {
  std::vector<std::vector<size_t>> some;
  for (const std::vector<size_t>& batch : batches) {
    some.push_back(with_pictures(batch));
    if (some.back().empty()) some.pop_back();
  }
  pictured_->expect(std::move(some), epoch);
}

Tensor FeaturesBesideText::zeros(int64_t pictures) const {
  return Tensor::zeros({pictures, of_picture_[0], of_picture_[1]}, captioner_.precision(),
                       captioner_.device());
}

Var FeaturesBesideText::next(Tape& tape, std::span<const size_t> images) {
  const std::vector<size_t> some = with_pictures(images);
  last_ = static_cast<int32_t>(some.size());
  row_.clear();
  int32_t row = 0;
  for (const size_t image : images) row_.push_back(dataset_.has_picture(image) ? row++ : last_);
  const auto I = std::ssize(images), P = std::ssize(some), W = of_picture_.elements();
  if (P == 0) return Var(zeros(I));
  const Var found = pictured_->next(tape, some);
  if (P == I) return found;
  const Var with_zero =
      concat(tape, reshape(tape, found, {1, 1, 1, P * W}), Var(zeros(1).reshaped({1, 1, 1, W})));
  const Var all = gather_rows(tape, reshape(tape, with_zero, {P + 1, W}),
                              Tensor::from({I}, row_, captioner_.device()));
  return reshape(tape, all, {I, of_picture_[0], of_picture_[1]});
}

bool FeaturesBesideText::usable(size_t image_of_batch) const {
  const int32_t row = row_[image_of_batch];
  return row == last_ || pictured_->usable(static_cast<size_t>(row));
}

}  // namespace storyteller
