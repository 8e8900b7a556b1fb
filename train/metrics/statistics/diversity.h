#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/text/text_set.h"
#include "train/metrics/ngram/references.h"

namespace storyteller {

/// What a set of captions looks like as text, whatever the pictures are.
struct CaptionStatistics {
  /// Captions of this many words or more share the last bin of `lengths`.
  static constexpr size_t kLongest = 30;

  size_t captions = 0;
  size_t distinct_captions = 0;
  size_t words = 0;       ///< tokens in all
  size_t vocabulary = 0;  ///< different tokens
  double mean_length = 0;
  double distinct_1 = 0;  ///< different tokens, over all tokens (Li et al. 2016)
  double distinct_2 = 0;  ///< different pairs of neighbours, over all tokens
  double dangling = 0;    ///< share that ends in a word that begins something, see is_bad_ending
  std::vector<size_t> lengths = std::vector<size_t>(kLongest + 1);  ///< [words] captions
};

/// Of no captions everything is zero.
CaptionStatistics caption_statistics(std::span<const Tokens> captions);

/// What people wrote for training, each caption once. A text takes its characters and 16 bytes.
class SeenCaptions {
 public:
  SeenCaptions() = default;
  explicit SeenCaptions(std::span<const Tokens> captions);
  void add(const Tokens& caption);
  /// Token by token.
  bool contains(const Tokens& caption) const;

 private:
  TextSet texts_;
};

/// Captions that are none of the training set, over all captions.
double share_unseen(std::span<const Tokens> captions, const SeenCaptions& training);
/// Different captions that are none of the training set, over all captions: of two alike one
/// counts.
double share_novel(std::span<const Tokens> captions, const SeenCaptions& training);

/// What distinct-n and Div-n are made of.
struct DistinctWords {
  size_t words = 0;   ///< tokens in all
  size_t tokens = 0;  ///< different tokens
  size_t pairs = 0;   ///< different pairs of neighbours
};
DistinctWords count_distinct_words(std::span<const Tokens> captions);

}  // namespace storyteller
