#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/tape.h"
#include "model/captioner.h"
#include "train/data/dataset.h"
#include "train/data/feature_cache.h"
#include "train/data/loader.h"

namespace storyteller {

/// Where a training step gets the features of its pictures.
class FeatureSource {
 public:
  virtual ~FeatureSource() = default;

  /// Tells which batches (data set indices) will be asked for next, in order.
  virtual void expect(std::vector<std::vector<size_t>> batches) = 0;
  /// Features (I,L,D) of the next expected batch, which are these pictures.
  virtual Var next(Tape& tape, std::span<const size_t> images) = 0;
  /// False for a picture of the batch that next() returned last which could not be decoded.
  virtual bool usable(size_t image_of_batch) const = 0;

 protected:
  FeatureSource() = default;
  FeatureSource(const FeatureSource&) = default;
  FeatureSource& operator=(const FeatureSource&) = default;
};

/// A frozen encoder: features were computed once.
class CachedFeatures : public FeatureSource {
 public:
  /// Features come onto `device` in `dtype`, float32 or bfloat16.
  CachedFeatures(const FeatureCache& cache, Device device, DType dtype)
      : cache_(cache), device_(device), dtype_(dtype) {}
  void expect(std::vector<std::vector<size_t>>) override {}
  Var next(Tape& tape, std::span<const size_t> images) override;
  bool usable(size_t) const override { return true; }  // such captions never enter a batch

 private:
  Tensor on_gpu(std::span<const size_t> images) const;

  const FeatureCache& cache_;
  Device device_;
  DType dtype_;
};

/// An encoder that learns: pictures are decoded ahead by threads and encoded in the step.
class EncodedPictures : public FeatureSource {
 public:
  /// All references must outlive the object.
  EncodedPictures(const Dataset& dataset, Captioner& captioner, int threads, BadPictures& bad)
      : dataset_(dataset), captioner_(captioner), threads_(threads), bad_(bad) {}
  void expect(std::vector<std::vector<size_t>> batches) override;
  Var next(Tape& tape, std::span<const size_t> images) override;
  bool usable(size_t image_of_batch) const override { return batch_->usable[image_of_batch] != 0; }

 private:
  const Dataset& dataset_;
  Captioner& captioner_;
  int threads_;
  BadPictures& bad_;
  std::unique_ptr<PictureLoader> loader_;
  const PictureBatch* batch_ = nullptr;
};

}  // namespace storyteller
