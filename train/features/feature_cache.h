#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/image/image.h"
#include "train/data/bad_pictures.h"
#include "train/data/dataset.h"

namespace storyteller {

/// What a cache was computed from; a cache with another key is foreign and is computed anew.
struct FeatureKey {
  uint64_t encoder = 0;        ///< Hash of the encoder's weights and definition.
  uint64_t dataset = 0;        ///< Dataset::fingerprint().
  uint64_t preprocessing = 0;  ///< Hash of how pictures become the encoder's input.
  bool operator==(const FeatureKey&) const = default;
};

/// Features are (I, L, D): images, regions, width.
struct FeatureShape {
  size_t images = 0, regions = 0, width = 0;
  bool operator==(const FeatureShape&) const = default;
  size_t row() const { return regions * width; }
};

/// How missing features are computed.
struct FeatureBuild {
  /// Features of a batch of pictures: writes (pictures, L, D) floats. Called in order, on the
  /// thread of the caller. Must give finite numbers.
  std::function<void(std::span<const Image>, float* out)> extract;
  /// After each batch (may be empty). May throw to give up: nothing is left on disk.
  std::function<void(size_t done, size_t total)> progress;
  /// One line for the user: why a cache is computed anew (may be empty).
  std::function<void(const std::string&)> message;
  size_t batch = 16;           ///< Pictures per call of `extract`.
  int threads = 2;             ///< That decode ahead; 0: none.
  BadPictures* bad = nullptr;  ///< Required: what cannot be decoded, now or at the first use.
  std::string prefix = {};     ///< In front of their names there.
  std::vector<std::string>* warnings = nullptr;  ///< What decoders repaired; may be null.
};

/// A file of float16 features, memory-mapped: what a frozen encoder says about every picture of a
/// data set, computed once.
///
/// Layout, little-endian: header (128 bytes: magic "STFEATUR", version, shape, key, XXH3 of the
/// rest, XXH3 of the header itself), I bytes "usable", zeros to a multiple of 64, then I*L*D
/// binary16. Written beside its place, synced and renamed, so a file under its name is complete.
class FeatureCache {
 public:
  /// Maps an existing file after checking header, key, shape, size and checksum. Null where it
  /// cannot be used, and then `why` says so ("" if there is no file). Never throws for what is in
  /// the file.
  static std::unique_ptr<FeatureCache> open(const std::filesystem::path& path,
                                            const FeatureKey& key, const FeatureShape& shape,
                                            std::string* why);

  /// Opens, or computes and opens. Waits while another process computes the same file. Throws
  /// IoError where the file cannot be written (path and bytes needed are named), ModelError where
  /// features are not finite, and what `build` throws.
  static std::unique_ptr<FeatureCache> open_or_build(const std::filesystem::path& path,
                                                     const FeatureKey& key,
                                                     const FeatureShape& shape,
                                                     const Dataset& dataset,
                                                     const FeatureBuild& build);

  /// The features of several data sets, one behind the other; `caches` is not empty. Throws
  /// InternalError where their shapes do not go together.
  static std::unique_ptr<FeatureCache> joined(std::vector<std::unique_ptr<FeatureCache>> caches);

  /// Of captions without pictures: all are usable, and no row may be asked for.
  static std::unique_ptr<FeatureCache> without_pictures(const FeatureShape& shape);

  FeatureCache(const FeatureCache&) = delete;
  FeatureCache& operator=(const FeatureCache&) = delete;
  ~FeatureCache();

  const FeatureShape& shape() const { return shape_; }

  /// False for a picture that could not be decoded: its features are zeros.
  bool usable(size_t image) const {
    const Row row = row_of(image);
    return row.file->usable_[row.image] != 0;
  }

  /// (L, D) binary16 of one picture.
  std::span<const uint16_t> half_row(size_t image) const {
    const Row row = row_of(image);
    return {row.file->features_ + row.image * shape_.row(), shape_.row()};
  }

  /// Converts the rows of these pictures: out is (images, L, D), written.
  void copy_rows(std::span<const size_t> images, float* out) const;

 private:
  FeatureCache() = default;

  /// Where the row of an image lies.
  struct Row {
    const FeatureCache* file;
    size_t image;
  };
  Row row_of(size_t image) const { return parts_.empty() ? Row{this, image} : row_in_parts(image); }
  Row row_in_parts(size_t image) const;

  std::vector<std::unique_ptr<FeatureCache>> parts_;  // of joined ones, which map no file
  std::vector<size_t> begin_;                         // (parts)
  FeatureShape shape_;
  void* mapping_ = nullptr;
  size_t mapped_bytes_ = 0;
  std::vector<uint8_t> all_usable_;  // of captions without pictures
  const uint8_t* usable_ = nullptr;
  const uint16_t* features_ = nullptr;
};

}  // namespace storyteller
