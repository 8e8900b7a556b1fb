#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/text/text_set.h"
#include "model/vocabulary.h"
#include "train/batches/batch_sampler.h"
#include "train/data/dataset.h"
#include "train/text/ptb/tokenizer.h"

namespace storyteller {

/// All captions of a data set, tokenised once (ptb_tokenize): for the vocabulary, for training and
/// as references of the metrics. Captions of which no token is left are dropped and counted.
/// Caption ids run over [0, size()), by image and then as the data set gives them. A word takes
/// four bytes: a million captions fit into 60 MB.
class CaptionCorpus {
 public:
  explicit CaptionCorpus(const Dataset& dataset);

  size_t size() const { return images_.size(); }
  Tokens tokens(size_t caption) const;
  size_t length(size_t caption) const { return ends_[caption + 1] - ends_[caption]; }
  size_t image(size_t caption) const { return images_[caption]; }
  size_t images() const { return begin_.size() - 1; }
  size_t dropped() const { return dropped_; }

  /// Every word that occurs, with how often it does.
  std::vector<WordCount> word_counts() const;
  /// The captions of one image: its references.
  std::vector<Tokens> of_image(size_t image) const;
  size_t captions_of(size_t image) const { return begin_[image + 1] - begin_[image]; }
  /// Id of the first of them.
  size_t first_of_image(size_t image) const { return begin_[image]; }

 private:
  friend class EncodedCaptions;
  std::span<const uint32_t> words(size_t caption) const {
    return std::span(tokens_).subspan(ends_[caption], ends_[caption + 1] - ends_[caption]);
  }

  TextSet words_;
  std::vector<uint32_t> tokens_;  // numbers in words_, of all captions
  std::vector<uint64_t> ends_;    // (captions + 1) into tokens_
  std::vector<uint32_t> images_;  // (captions)
  std::vector<size_t> begin_;     // (images + 1)
  size_t dropped_ = 0;
};

/// How the captions of one data set among several are learned.
struct CaptionRange {
  size_t end = 0;                  ///< of the images below it, from the end of the range before on
  int begin = Vocabulary::kStart;  ///< what the first step reads: <start>, or a style's token
  double seen = 1;                 ///< how often an image is seen in an epoch
};
/// Of an image; as without ranges where it is of none.
CaptionRange range_of(std::span<const CaptionRange> ranges, size_t image);

struct EncodingOptions {
  int max_words = 20;
  /// Captions of an image count less the more it has, so that all images count the same.
  bool equal_images = false;
  std::vector<CaptionRange> ranges = {};
};

/// The captions of a corpus as training targets, packed. `targets(c)` are the word ids and <end>;
/// the inputs are <start> and all targets but the last. A caption longer than `max_words` is cut
/// and then trains no <end>: it would teach to stop in mid-sentence.
class EncodedCaptions {
 public:
  EncodedCaptions(const CaptionCorpus& corpus, const Vocabulary& vocabulary, int max_words = 20)
      : EncodedCaptions(corpus, vocabulary, EncodingOptions{.max_words = max_words}) {}
  EncodedCaptions(const CaptionCorpus& corpus, const Vocabulary& vocabulary,
                  const EncodingOptions& options);

  size_t size() const { return lengths_.size(); }
  std::span<const int> targets(size_t caption) const {
    return std::span(ids_).subspan(begin_[caption], begin_[caption + 1] - begin_[caption]);
  }
  /// What its first step reads.
  int begin(size_t caption) const {
    return begin_words_.empty() ? Vocabulary::kStart : begin_words_[caption];
  }
  /// What a word of it counts in the loss: with `equal_images` the inverse of the number of its
  /// image's captions, times a constant that makes the mean over all words of an epoch 1; else 1.
  double weight(size_t caption) const { return weights_.empty() ? 1 : weights_[caption]; }
  bool weighs() const { return !weights_.empty(); }
  /// For the batch sampler: image and number of targets of each caption.
  const std::vector<CaptionLength>& lengths() const { return lengths_; }
  size_t truncated() const { return truncated_; }  ///< Captions that were cut.

 private:
  void weigh(const CaptionCorpus& corpus, std::span<const CaptionRange> ranges);

  std::vector<int> ids_;
  std::vector<size_t> begin_;     // (captions + 1)
  std::vector<int> begin_words_;  // (captions); empty: <start>
  std::vector<double> weights_;   // (captions); empty: 1
  std::vector<CaptionLength> lengths_;
  size_t truncated_ = 0;
};

}  // namespace storyteller
