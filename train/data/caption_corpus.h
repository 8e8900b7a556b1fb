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

/// The captions of a corpus as training targets, packed. `targets(c)` are the word ids and <end>;
/// the inputs are <start> and all targets but the last. A caption longer than `max_words` is cut
/// and then trains no <end>: it would teach to stop in mid-sentence.
class EncodedCaptions {
 public:
  EncodedCaptions(const CaptionCorpus& corpus, const Vocabulary& vocabulary, int max_words = 20);

  size_t size() const { return lengths_.size(); }
  std::span<const int> targets(size_t caption) const {
    return std::span(ids_).subspan(begin_[caption], begin_[caption + 1] - begin_[caption]);
  }
  /// For the batch sampler: image and number of targets of each caption.
  const std::vector<CaptionLength>& lengths() const { return lengths_; }
  size_t truncated() const { return truncated_; }  ///< Captions that were cut.

 private:
  std::vector<int> ids_;
  std::vector<size_t> begin_;  // (captions + 1)
  std::vector<CaptionLength> lengths_;
  size_t truncated_ = 0;
};

}  // namespace storyteller
