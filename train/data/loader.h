#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "model/image/image.h"
#include "train/data/bad_pictures.h"
#include "train/data/dataset.h"
#include "train/data/prefetcher.h"

namespace storyteller {

/// Writes the encoder's input for one picture, which is that example of the data set. Runs on
/// several threads at once; must depend on its arguments alone.
using PicturePreprocess = std::function<void(const Image&, size_t example, float* out)>;

/// One batch, valid until the loader's next call.
struct PictureBatch {
  std::span<const size_t> examples;  ///< Indices into the data set, in the order asked for.
  std::span<const float> pixels;     ///< (examples, floats_per_picture); zeros for a bad picture.
  std::span<const uint8_t> usable;   ///< Per example: 1, or 0 for a picture that was skipped.
};

/// Decodes and preprocesses ahead of the consumer. The order of batches and everything in them is
/// the same for every number of threads. A picture that throws InputError is recorded by name in
/// `bad` (which throws above its bound); every other exception reaches the consumer.
class PictureLoader {
 public:
  struct Options {
    int threads = 2;           ///< 0: decode in `next`, without threads.
    size_t batches_ahead = 3;  ///< Batches in memory, the one in the consumer's hands included.
  };

  /// Reads `batches` of data set indices. `dataset` and `bad` must outlive the loader; `bad` is
  /// touched in `next` alone. `warnings` (may be null) receives what decoders repaired, in order.
  PictureLoader(const Dataset& dataset, std::vector<std::vector<size_t>> batches,
                size_t floats_per_picture, PicturePreprocess preprocess, const Options& options,
                BadPictures* bad, std::vector<std::string>* warnings = nullptr);

  /// The next batch in order, or null at the end.
  const PictureBatch* next();
  /// Seconds that next() has waited for pictures, or decoded them itself, since construction.
  double waited() const { return prefetcher_.waited(); }

 private:
  struct Slot {
    std::vector<float> pixels;
    std::vector<uint8_t> usable;
    std::vector<std::string> reasons;                // why a picture is not usable
    std::vector<std::vector<std::string>> warnings;  // per picture
  };

  void load(size_t slot, size_t batch, size_t item);

  const Dataset& dataset_;
  const std::vector<std::vector<size_t>> batches_;
  const size_t floats_per_picture_;
  const PicturePreprocess preprocess_;
  BadPictures* const bad_;
  std::vector<std::string>* const warnings_;
  std::vector<Slot> slots_;
  size_t batch_ = 0;
  PictureBatch current_;
  Prefetcher prefetcher_;  // last: its threads use everything above
};

/// Cuts indices into batches of `size`, the last one possibly smaller.
std::vector<std::vector<size_t>> cut_batches(std::span<const size_t> indices, size_t size);

/// 0..count-1 in batches of `size`: a whole data set in order.
std::vector<std::vector<size_t>> all_in_batches(size_t count, size_t size);

}  // namespace storyteller
