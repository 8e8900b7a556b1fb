#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/tape.h"
#include "model/captioner.h"
#include "train/data/augmentation.h"
#include "train/data/dataset.h"
#include "train/data/loader.h"
#include "train/features/feature_cache.h"

namespace storyteller {

/// Where a training step gets the features of its pictures.
class FeatureSource {
 public:
  virtual ~FeatureSource() = default;

  /// Tells which batches (data set indices) will be asked for next, in order, and of which epoch
  /// they are, which decides what is seen of a picture.
  virtual void expect(std::vector<std::vector<size_t>> batches, uint64_t epoch) = 0;
  /// Features (I,L,D) of the next expected batch, which are these pictures.
  virtual Var next(Tape& tape, std::span<const size_t> images) = 0;
  /// False for a picture of the batch that next() returned last which could not be decoded.
  virtual bool usable(size_t image_of_batch) const = 0;
  /// Seconds that next() has waited for pictures since the last expect().
  virtual double waited() const { return 0; }

 protected:
  FeatureSource() = default;
  FeatureSource(const FeatureSource&) = default;
  FeatureSource& operator=(const FeatureSource&) = default;
};

/// What layers of an encoder that do not learn say about every picture of a data set, and about
/// every picture mirrored. Null: not computed.
struct CachedViews {
  const FeatureCache* plain = nullptr;
  const FeatureCache* mirrored = nullptr;  ///< needed where the augmentation flips

  explicit operator bool() const { return plain != nullptr; }
};

/// Layers that are frozen: what they say was computed once. The layers above them, where there are
/// any, run in the step.
class CachedFeatures : public FeatureSource {
 public:
  /// The caches hold what layer `first` of the captioner's encoder reads; or, with kFeatures, the
  /// features. `augmentation` may be null: no picture is mirrored. References must outlive the
  /// object.
  static constexpr size_t kFeatures = SIZE_MAX;
  CachedFeatures(const CachedViews& caches, Captioner& captioner, const Augmentation* augmentation,
                 size_t first = kFeatures);
  void expect(std::vector<std::vector<size_t>>, uint64_t epoch) override { epoch_ = epoch; }
  Var next(Tape& tape, std::span<const size_t> images) override;
  bool usable(size_t image_of_batch) const override {
    return caches_.plain->usable(images_[image_of_batch]);
  }

 private:
  const FeatureCache& cache_of(size_t image) const;
  Tensor rows(std::span<const size_t> images) const;

  CachedViews caches_;
  Captioner& captioner_;
  const Augmentation* augmentation_;
  size_t first_;
  Shape picture_;  // of one picture in the cache: (L,D), or (H,W,C)
  uint64_t epoch_ = 0;
  std::vector<size_t> images_;  // that next() was asked for last
};

/// An encoder that learns: pictures are decoded ahead by threads and encoded in the step.
class EncodedPictures : public FeatureSource {
 public:
  /// All references must outlive the object; `augmentation` may be null.
  EncodedPictures(const Dataset& dataset, Captioner& captioner, int threads, BadPictures& bad,
                  const Augmentation* augmentation = nullptr)
      : dataset_(dataset),
        captioner_(captioner),
        augmentation_(augmentation),
        threads_(threads),
        bad_(bad) {}
  void expect(std::vector<std::vector<size_t>> batches, uint64_t epoch) override;
  Var next(Tape& tape, std::span<const size_t> images) override;
  bool usable(size_t image_of_batch) const override { return batch_->usable[image_of_batch] != 0; }
  double waited() const override { return loader_ == nullptr ? 0 : loader_->waited(); }

 private:
  const Dataset& dataset_;
  Captioner& captioner_;
  const Augmentation* augmentation_;
  int threads_;
  BadPictures& bad_;
  std::unique_ptr<PictureLoader> loader_;
  const PictureBatch* batch_ = nullptr;
};

}  // namespace storyteller
