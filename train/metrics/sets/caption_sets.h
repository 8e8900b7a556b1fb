#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "train/metrics/caption_scorer.h"
#include "train/metrics/ngram/bleu.h"
#include "train/metrics/statistics/diversity.h"

namespace storyteller {

/// What is counted in the captions of one picture.
struct CaptionSet {
  size_t captions = 0;
  DistinctWords distinct;
  /// [caption] its n-grams against the picture's other captions; of a single caption nothing.
  std::vector<BleuStatistics> against_others;
  std::optional<double> self_cider;  ///< see self_cider()
  std::optional<double> all_spice;   ///< SPICE of what all captions together say

  /// A set is measured where it holds two captions or more.
  bool several() const { return captions > 1; }
};

/// What sets are counted against.
struct SetReferences {
  const DocumentFrequencies& frequencies;  ///< weigh n-grams in self-CIDEr
  const SeenCaptions* training = nullptr;  ///< null: not given
  /// Null: the captions are not compared with references.
  const CaptionScorer* scorer = nullptr;
};

/// The captions of many pictures, counted once for all measures.
struct CaptionSets {
  std::vector<CaptionSet> pictures;
  CaptionStatistics all;                ///< of the captions of all pictures
  size_t documents = 0;                 ///< pictures of the document frequencies
  std::optional<double> unseen, novel;  ///< shares, where training captions were given
  bool compared = false;                ///< with references

  size_t several() const;  ///< pictures with two captions or more
};

/// @param captions [picture][caption]; a picture may have any number of them. Picture i is image i
///     of the scorer.
/// @param threads 0: one per core; it changes no result.
CaptionSets count_sets(const std::vector<std::vector<Tokens>>& captions,
                       const SetReferences& references, int threads = 0);

}  // namespace storyteller
