#pragma once

#include <optional>
#include <vector>

#include "train/metrics/statistics/bias.h"
#include "train/metrics/statistics/diversity.h"

namespace storyteller {

/// What the metrics do not say about a set of captions: how various they are, and how they speak of
/// women and men; always beside what people wrote about the same images.
struct CaptionReport {
  CaptionStatistics captions;
  CaptionStatistics people;  ///< the first references of every image, as many as it has hypotheses
  std::optional<double> unseen, people_unseen;  ///< where training captions were given
  GenderBias bias;
};

/// @param references [image][reference].
/// @param training null: not given.
CaptionReport make_caption_report(const std::vector<Hypothesis>& hypotheses,
                                  const TokenizedReferences& references,
                                  const SeenCaptions* training);

}  // namespace storyteller
