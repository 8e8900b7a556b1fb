#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/captioner.h"
#include "train/features/split_data.h"
#include "train/metrics/caption_scorer.h"

namespace storyteller {

/// What `scenes` can tell beyond the metrics, because it knows its objects.
struct SceneScores {
  size_t single = 0;  ///< pictures of one object in a combination that training never showed
  double exact = 0;   ///< share of them whose caption names exactly that colour and shape
  /// Share of naming words whose attention peaks inside a right object, and that share for
  /// attention that is blind to the picture; empty: the model does not attend.
  std::optional<double> pointing, chance;
};

/// Captions of a split, and how good they are.
struct Evaluation {
  std::vector<Caption> captions;
  ScorerOptions scoring;  ///< how they were scored
  CaptionScores scores;
  std::optional<SceneScores> scenes;
};

/// `progress(done, total)` counts pictures and may be empty; a signal (stop_requested) ends it by
/// Stopped.
Evaluation evaluate(Captioner& captioner, const SplitData& data, const SearchOptions& search,
                    const ScorerOptions& scoring, BadPictures& bad,
                    const std::function<void(size_t, size_t)>& progress = {});

}  // namespace storyteller
