#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace storyteller {

/// What the sampler needs to know of a training caption.
struct CaptionLength {
  size_t image = 0;  ///< Index into the data set.
  int length = 0;    ///< Time steps it trains; 0: the caption is left out.
};

/// One batch: B rows (captions), lengths descending, over I different images.
struct CaptionBatch {
  std::vector<size_t> captions;  ///< (B) caption ids by row.
  std::vector<size_t> images;    ///< (I) data set indices, each once, by first row.
  std::vector<int> row_image;    ///< (B) position in `images`.
  std::vector<int> image_begin;  ///< (I+1) CSR: rows of image i are
  std::vector<int> image_rows;   ///< (B) image_rows[image_begin[i] .. image_begin[i+1]), ascending.
};

/// Cuts the captions of an epoch into batches: every caption once an epoch, all batches of size B
/// but the epoch's last. The order is a pure function of (seed, epoch): captions are shuffled in
/// groups of the same image, sorted by length inside windows of many batches, cut, and the full
/// batches shuffled. So a run that knows its cursor goes on exactly, and a batch holds captions of
/// similar length, whose images share their features.
class BatchSampler {
 public:
  struct Options {
    size_t batch = 64;              ///< Captions, >= 1.
    size_t captions_per_image = 5;  ///< Kept together where an image has that many; 1: ungrouped.
    size_t window = 50;             ///< Batches sorted by length at a time; 0: not sorted.
    uint64_t seed = 1;
  };

  /// Where the sampler stands: the next batch to come.
  struct Cursor {
    uint64_t epoch = 0, batch = 0;
    bool operator==(const Cursor&) const = default;
  };

  BatchSampler(std::vector<CaptionLength> captions, const Options& options);

  size_t batches_per_epoch() const;

  /// Fills `batch` with the next one and moves on, over the end of an epoch into the next. Reuses
  /// the vectors' memory: in mid-epoch nothing is allocated once they have grown.
  void next(CaptionBatch* batch);

  Cursor cursor() const { return cursor_; }
  /// Continues from there. Throws InternalError where `batch` is beyond the epoch.
  void seek(const Cursor& cursor);

 private:
  std::vector<std::vector<size_t>> groups(uint64_t epoch) const;
  std::vector<size_t> order(uint64_t epoch) const;
  void sort_rows(CaptionBatch* batch) const;
  void map_images(CaptionBatch* batch);

  std::vector<CaptionLength> captions_;
  size_t count_ = 0;  // captions that are not left out
  std::vector<std::vector<size_t>> by_image_;
  std::vector<size_t> slot_;        // (captions) position of its image in by_image_
  std::vector<int> slot_position_;  // (images) position in the current batch, -1: not in it
  Options options_;
  Cursor cursor_;
  uint64_t ordered_epoch_ = 0;
  std::vector<size_t> order_;  // of ordered_epoch_
};

}  // namespace storyteller
