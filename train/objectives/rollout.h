#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/ops/ops.h"
#include "model/decoder/decoder.h"
#include "train/batches/packed_batch.h"
#include "train/data/caption_corpus.h"

namespace storyteller {

/// A caption that the decoder said of itself.
struct DrawnCaption {
  size_t image = 0;            ///< its place among the pictures of the rollout
  uint64_t key = 0;            ///< caption part of its rows' keys, no caption of the data has it
  std::vector<int32_t> words;  ///< ends with <end> where it came to an end
  double log_probability = 0;  ///< of these words
  bool finished = false;       ///< it said <end>
  int begin = Vocabulary::kStart;  ///< what its first step read
};

/// Lets a decoder speak in training, word by word, without a gradient. Random numbers are functions
/// of the site and of the rows' keys: a caption is the same whatever is drawn beside it.
///
/// As::kTraining says what the training pass computes: with an equal site and equal keys of rows,
/// an unrolling over the drawn words has the probabilities that they were drawn from, those of
/// dropout and of drawn regions included. As::kCaptioning says what captioning computes.
class Rollout {
 public:
  enum class As : int { kTraining, kCaptioning };

  /// The decoder must outlive the object, and be refreshed before every call.
  /// `ranges`: how captions of images of the data set begin.
  Rollout(Decoder& decoder, As as, std::span<const CaptionRange> ranges = {});

  /// Draws `count` captions for each picture of features (I,L,D) from the model's distribution, as
  /// it is (temperature 1, no word barred), in the order of pictures. `images` (I) are the numbers
  /// of the pictures in the data set, which name their captions. A caption that has `most_words`
  /// words without <end> is cut there. Nothing is drawn for pictures `left_out`, places among the
  /// I.
  std::vector<DrawnCaption> draw(const Tensor& features, std::span<const size_t> images, int count,
                                 int most_words, const DropoutSite& site,
                                 std::span<const size_t> left_out = {});
  /// The most probable word at every step, one caption a picture.
  std::vector<DrawnCaption> greedy(const Tensor& features, std::span<const size_t> images,
                                   int most_words, const DropoutSite& site,
                                   std::span<const size_t> left_out = {});
  /// Scheduled sampling (Bengio 2015): each word that the steps of `batch` read, <start> aside,
  /// becomes with this probability one that the model drew at the step before. What the steps
  /// should say stays.
  void mix(const Tensor& features, double probability, const DropoutSite& site, PackedBatch* batch);

 private:
  void start(const Tensor& features, RowMap map, const DropoutSite& site);
  Tensor say(const std::vector<int32_t>& words, const std::vector<uint64_t>& keys);
  std::vector<DrawnCaption> speak(const Tensor& features, std::vector<DrawnCaption> captions,
                                  int most_words, double temperature, const DropoutSite& site);

  std::vector<DrawnCaption> none_said_yet(std::span<const size_t> images, int count,
                                          std::span<const size_t> left_out) const;

  Decoder& decoder_;
  std::vector<CaptionRange> ranges_;
  Tape tape_;
  std::unique_ptr<DecoderLoop> loop_ = decoder_.make_loop();
  DecoderMemory memory_;
  DecoderState state_;
  RowMap map_;
  DropoutSite site_;
  Device device_ = Device::cpu();
  std::vector<int64_t> offset_;
  Tensor word_, row_key_;  // of the step at hand
};

}  // namespace storyteller
