#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/image/preprocess.h"
#include "train/data/caption_corpus.h"

namespace storyteller {

/// How often and how far training pictures are changed.
struct AugmentationOptions {
  double flip = 0;  ///< probability that a picture is mirrored, in [0, 1]
  double crop = 1;  ///< smallest side of a crop, in (0, 1] of the greatest; 1: no cropping
};

/// Says what is seen of a training picture in an epoch: a pure function of (seed, epoch, picture),
/// so threads, the cutting of batches and resuming change nothing.
///
/// A picture of which any caption says left or right is never mirrored: its captions may come in
/// different batches, and each must be true of what is seen.
class Augmentation {
 public:
  Augmentation(const AugmentationOptions& options, const CaptionCorpus& captions, uint64_t seed);

  bool mirrorable(size_t image) const { return mirrorable_[image] != 0; }
  PictureView view(uint64_t epoch, size_t image) const;
  /// The same without the crop: mirrored or not.
  bool mirrored(uint64_t epoch, size_t image) const;
  const AugmentationOptions& options() const { return options_; }

 private:
  AugmentationOptions options_;
  uint64_t seed_;
  std::vector<uint8_t> mirrorable_;
};

/// Whether a token of a caption tells left from right: left, rightmost, right-hand and so on.
bool tells_sides(const std::string& token);

}  // namespace storyteller
