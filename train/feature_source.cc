#include "train/feature_source.h"

#include <utility>

#include "core/error.h"

namespace storyteller {

Var CachedFeatures::next(Tape&, std::span<const size_t> images) {
  if (!device_.is_cpu()) return Var(on_gpu(images));
  const FeatureShape& shape = cache_.shape();
  const Tensor features =
      Tensor::empty({static_cast<int64_t>(images.size()), static_cast<int64_t>(shape.regions),
                     static_cast<int64_t>(shape.width)},
                    DType::kFloat32, device_);
  cache_.copy_rows(images, features.data<float>());
  return Var(features);
}

/// They go over the bus as the binary16 that the cache holds and are converted there.
Tensor CachedFeatures::on_gpu(std::span<const size_t> images) const {
  const FeatureShape& shape = cache_.shape();
  const auto count = static_cast<int64_t>(images.size()), row = static_cast<int64_t>(shape.row());
  const Tensor halves = Tensor::empty({count, row}, DType::kFloat16, device_);
  for (int64_t i = 0; i < count; ++i) {
    halves.row_range(i, 1).copy_from_host(cache_.half_row(images[static_cast<size_t>(i)]).data());
  }
  const Tensor features = Tensor::empty({count, row}, dtype_, device_);
  cast_values(halves, features);
  return features.reshaped(
      {count, static_cast<int64_t>(shape.regions), static_cast<int64_t>(shape.width)});
}

void EncodedPictures::expect(std::vector<std::vector<size_t>> batches) {
  const Preprocessing& preprocessing = captioner_.preprocessing();
  const auto floats =
      static_cast<size_t>(preprocessing.width) * static_cast<size_t>(preprocessing.height) * 3;
  loader_.reset();
  loader_ = std::make_unique<PictureLoader>(
      dataset_, std::move(batches), floats,
      [&preprocessing](const Image& image, float* out) { preprocess(image, preprocessing, out); },
      PictureLoader::Options{.threads = threads_, .batches_ahead = 3}, &bad_);
}

Var EncodedPictures::next(Tape& tape, std::span<const size_t> images) {
  batch_ = loader_ == nullptr ? nullptr : loader_->next();
  if (batch_ == nullptr || batch_->examples.size() != images.size()) {
    throw InternalError("EncodedPictures: a batch that nobody announced");
  }
  const Preprocessing& preprocessing = captioner_.preprocessing();
  const Tensor pictures = Tensor::empty(
      {static_cast<int64_t>(images.size()), preprocessing.height, preprocessing.width, 3},
      DType::kFloat32, captioner_.device());
  pictures.copy_from_host(batch_->pixels.data());
  return captioner_.encoder().forward(tape, cast(tape, Var(pictures), captioner_.precision()));
}

}  // namespace storyteller
