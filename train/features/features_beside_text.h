#pragma once

#include <memory>
#include <vector>

#include "model/captioner.h"
#include "train/data/dataset.h"
#include "train/features/feature_source.h"

namespace storyteller {

/// Features of batches in which some captions have no picture: theirs are 0, and nothing is decoded
/// or encoded for them. The others come from another source.
class FeaturesBesideText : public FeatureSource {
 public:
  /// The references must outlive the object.
  FeaturesBesideText(const Dataset& dataset, const Captioner& captioner, Shape of_picture,
                     std::unique_ptr<FeatureSource> pictured)
      : dataset_(dataset),
        captioner_(captioner),
        of_picture_(of_picture),
        pictured_(std::move(pictured)) {}
  void expect(std::vector<std::vector<size_t>> batches, uint64_t epoch) override;
  Var next(Tape& tape, std::span<const size_t> images) override;
  bool usable(size_t image_of_batch) const override;
  double waited() const override { return pictured_->waited(); }

 private:
  std::vector<size_t> with_pictures(std::span<const size_t> images) const;
  Tensor zeros(int64_t pictures) const;

  const Dataset& dataset_;
  const Captioner& captioner_;
  Shape of_picture_;  // (L,D)
  std::unique_ptr<FeatureSource> pictured_;
  std::vector<int32_t> row_;  // of each picture of the batch among those that have one; the last: 0
  int32_t last_ = 0;
};

}  // namespace storyteller
