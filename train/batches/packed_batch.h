#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/ops/ops.h"
#include "train/batches/batch_sampler.h"
#include "train/data/caption_corpus.h"

namespace storyteller {

/// The captions of one batch as the decoder reads them: time-major packed rows, captions sorted by
/// falling length, so that step t is a prefix.
struct PackedBatch {
  Tensor words;    ///< (N) int32: what each step reads, <start> or a style's token first
  Tensor targets;  ///< (N) int32: what it should say; -1: masked
  Tensor row_key;  ///< (N) int64: caption id and position, key of the dropout masks
  RowMap map;
  std::vector<int64_t> offset;          ///< (T+1) of StepRows
  double counted = 0;                   ///< words that are trained: rows whose target is not masked
  std::vector<double> row_weight = {};  ///< (N) of the rows in the loss; empty: all 1
  std::vector<size_t> masked;           ///< pictures of the batch that turned out not to be usable

  StepRows rows() const { return {offset.data(), static_cast<int64_t>(offset.size()) - 1}; }
};

/// Weights of rows as ops read them, in a wide type; empty: all 1.
Tensor weights_of_rows(std::span<const double> weights, DType type, Device device);

/// A caption that is no caption of the data, such as one that a model said.
struct SingleCaption {
  std::span<const int32_t> targets;  ///< what its steps should say, <end> included where it has one
  uint64_t key = 0;                  ///< caption part of its rows' keys
  size_t image = 0;                  ///< below the number of pictures
  int begin = Vocabulary::kStart;    ///< what its first step reads
};
/// Captions of any lengths over `images` pictures. Row r of the first step is captions[order[r]].
struct PackedCaptions {
  PackedBatch batch;
  std::vector<size_t> order;
};
/// Each caption with at least one target.
PackedCaptions pack(std::span<const SingleCaption> captions, size_t images, Device device);

/// Packs batch after batch: on the host from end to end, then onto the device in two copies. Memory
/// is reused.
class BatchPacker {
 public:
  /// For a model that knows `vocabulary` words.
  explicit BatchPacker(int64_t vocabulary) : vocabulary_(vocabulary) {}

  /// Takes up a batch whose rows have falling lengths. Throws InputError where a caption holds a
  /// word that the model does not know: kernels look up what they are given.
  void assign(const CaptionBatch& batch, const EncodedCaptions& captions);
  /// Masks the captions of a picture of the batch that turned out not to be usable.
  void mask_image(const CaptionBatch& batch, size_t image_of_batch);
  /// Word dropout (Bowman 2016): each word that is read, <start> aside, becomes <unk> with
  /// probability `rate`, drawn by Philox from `key` and the row's key, so that the decoder must
  /// look at the picture instead of trusting the word before.
  void drop_words(double rate, uint64_t key);
  /// Puts the batch on the device.
  void finish(const CaptionBatch& batch, Device device, PackedBatch* packed);

 private:
  int64_t vocabulary_;
  std::vector<int32_t> words_, targets_, numbers_;
  std::vector<int64_t> offset_;
  std::vector<uint64_t> row_key_;
  std::vector<double> row_weight_;
  std::vector<size_t> masked_;
  double counted_ = 0;
};

}  // namespace storyteller
