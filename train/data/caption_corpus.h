#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/vocabulary.h"
#include "train/data/batch_sampler.h"
#include "train/data/dataset.h"
#include "train/metrics/ptb/tokenizer.h"

namespace storyteller {

/// All captions of a data set, tokenised once (ptb_tokenize): for the vocabulary, for training and
/// as references of the metrics. Captions of which no token is left are dropped and counted.
/// Caption ids run over [0, size()), by image and then as the data set gives them.
class CaptionCorpus {
 public:
  explicit CaptionCorpus(const Dataset& dataset);

  size_t size() const { return captions_.size(); }
  const Tokens& tokens(size_t caption) const { return captions_[caption]; }
  size_t image(size_t caption) const { return images_[caption]; }
  size_t images() const { return begin_.size() - 1; }
  size_t dropped() const { return dropped_; }

  std::span<const Tokens> all() const { return captions_; }
  /// The captions of one image: its references.
  std::span<const Tokens> of_image(size_t image) const {
    return std::span(captions_).subspan(begin_[image], begin_[image + 1] - begin_[image]);
  }
  /// Id of the first of them.
  size_t first_of_image(size_t image) const { return begin_[image]; }

 private:
  std::vector<Tokens> captions_;
  std::vector<size_t> images_;
  std::vector<size_t> begin_;  // (images + 1)
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
