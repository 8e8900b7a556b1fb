#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "train/metrics/caption_scorer.h"
#include "train/metrics/sets/set_measure.h"

namespace storyteller {

/// Scores of single captions, as means over pictures, of captions that have the score; NaN where
/// none has.
struct SetSpread {
  MetricScores first;    ///< of a picture's first caption
  MetricScores average;  ///< of the mean of its captions
  MetricScores oracle;   ///< of the best of them: chosen with the references in hand
};

/// Several captions a picture, as sets: how various they are, beside as many of what people wrote,
/// and how good.
struct SetReport {
  size_t pictures = 0;
  size_t captions = 0;
  size_t distinct_captions = 0;
  size_t several = 0;               ///< pictures with two captions or more
  size_t people_several = 0;        ///< likewise, of what people wrote
  size_t fewest = 0, most = 0;      ///< captions of a picture
  size_t documents = 0;             ///< pictures whose references weigh n-grams in self-CIDEr
  std::vector<SetScore> measures;   ///< [row of set_measure_table()]
  std::vector<SetScore> people;     ///< likewise, of a picture's first references
  std::optional<SetSpread> spread;  ///< nothing where no picture has two captions
};

/// @param hypotheses at least one; those of an image in the order of preference, the best first.
/// @param references [image][reference], those of `scorer`.
/// @param scores what `scorer` made of `hypotheses`.
/// @param training null: not given.
SetReport make_set_report(const std::vector<Hypothesis>& hypotheses,
                          const TokenizedReferences& references, const CaptionScorer& scorer,
                          const CaptionScores& scores, const SeenCaptions* training,
                          int threads = 0);

}  // namespace storyteller
