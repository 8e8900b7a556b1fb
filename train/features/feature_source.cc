#include "train/features/feature_source.h"

#include <utility>

#include "core/dispatch.h"
#include "core/error.h"

namespace storyteller {

CachedFeatures::CachedFeatures(const CachedViews& caches, Captioner& captioner,
                               const Augmentation* augmentation, size_t first)
    : caches_(caches), captioner_(captioner), augmentation_(augmentation), first_(first) {
  if (caches.mirrored == nullptr && augmentation != nullptr && augmentation->options().flip > 0) {
    throw InternalError("CachedFeatures: pictures are mirrored, but their features are not there");
  }
  const FeatureShape& shape = caches.plain->shape();
  const auto regions = static_cast<int64_t>(shape.regions),
             width = static_cast<int64_t>(shape.width);
  if (first == kFeatures) {
    picture_ = {regions, width};
  } else {
    picture_ = captioner.layer_input(first);
  }
  if (picture_.elements() != regions * width) {
    throw InternalError("CachedFeatures: of another layer");
  }
}

const FeatureCache& CachedFeatures::cache_of(size_t image) const {
  const bool mirrored = augmentation_ != nullptr && augmentation_->mirrored(epoch_, image);
  return mirrored ? *caches_.mirrored : *caches_.plain;
}

/// On a GPU they go over the bus as the binary16 that the cache holds and are converted there.
Tensor CachedFeatures::rows(std::span<const size_t> images) const {
  const SourceOp source("features");
  const auto count = static_cast<int64_t>(images.size()), row = picture_.elements();
  const bool on_cpu = captioner_.device().is_cpu();
  const Tensor out = Tensor::empty({count, row}, on_cpu ? DType::kFloat32 : captioner_.precision(),
                                   captioner_.device());
  const Tensor halves =
      on_cpu ? Tensor() : Tensor::empty({count, row}, DType::kFloat16, captioner_.device());
  for (int64_t i = 0; i < count; ++i) {
    const size_t image = images[static_cast<size_t>(i)];
    const FeatureCache& cache = cache_of(image);
    if (on_cpu) {
      cache.copy_rows({&image, 1}, out.data<float>() + i * row);
    } else {
      halves.row_range(i, 1).copy_from_host(cache.half_row(image).data());
    }
  }
  if (!on_cpu) cast_values(halves, out);
  if (captioner_.precision() == DType::kFloat64) {  // for checks of the whole step
    const std::vector<float> floats = out.to_host<float>();
    return Tensor::from({count, row}, std::vector<double>(floats.begin(), floats.end()));
  }
  return out;
}

Var CachedFeatures::next(Tape& tape, std::span<const size_t> images) {
  images_.assign(images.begin(), images.end());
  const auto count = static_cast<int64_t>(images.size());
  const Tensor all = rows(images);
  if (first_ == kFeatures) return Var(all.reshaped({count, picture_[0], picture_[1]}));
  Encoder& encoder = captioner_.encoder();
  const Var x(all.reshaped({count, picture_[0], picture_[1], picture_[2]}));
  const Var grid = encoder.forward_layers(tape, x, first_, encoder.layers().size());
  return reshape(tape, grid, {count, encoder.regions(), encoder.width()});
}

void EncodedPictures::expect(std::vector<std::vector<size_t>> batches, uint64_t epoch) {
  const Preprocessing& preprocessing = captioner_.preprocessing();
  const auto floats =
      static_cast<size_t>(preprocessing.width) * static_cast<size_t>(preprocessing.height) * 3;
  loader_.reset();
  loader_ = std::make_unique<PictureLoader>(
      dataset_, std::move(batches), floats,
      [&preprocessing, augmentation = augmentation_, epoch](const Image& image, size_t example,
                                                            float* out) {
        const PictureView view =
            augmentation == nullptr ? PictureView() : augmentation->view(epoch, example);
        preprocess(image, preprocessing, view, out);
      },
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
