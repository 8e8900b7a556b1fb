#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "model/confidence/assessment.h"
#include "train/confidence/reliability.h"
#include "train/metrics/caption_scorer.h"

namespace storyteller {

/// How well a model knows how good its captions are.
struct ConfidenceScores {
  std::size_t captions = 0;  ///< of pictures that could be read and have descriptions
  double right = 0;          ///< share whose subject is right
  double confidence = 0;     ///< mean
  GradeTallies grades;
  std::optional<double> auroc;  ///< null without a right and a wrong one
  std::vector<ReliabilityBin> bins;
  double calibration_error = 0;
  std::size_t no_photographs = 0;  ///< pictures that do not look like photographs
};

/// Of the first caption of each picture; those without words or without confidence are left out.
/// Null where none is left. All three have a member for each picture.
std::optional<ConfidenceScores> confidence_scores(const std::vector<Tokens>& captions,
                                                  const std::vector<Assessment>& assessments,
                                                  const TokenizedReferences& references);

}  // namespace storyteller
