#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/captioner.h"
#include "model/captioning.h"
#include "model/wording/people_text.h"
#include "train/confidence/confidence_scores.h"
#include "train/features/split_data.h"
#include "train/metrics/caption_scorer.h"
#include "train/metrics/sets/set_report.h"
#include "train/metrics/statistics/bias.h"

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
  std::vector<Caption> captions;  ///< the first of every picture
  /// [picture] its further captions, as the search hands them out.
  std::vector<std::vector<Caption>> others;
  ScorerOptions scoring;  ///< how they were scored
  CaptionScores scores;   ///< of `captions`
  std::optional<SceneScores> scenes;
  std::optional<SetReport> set;                ///< of all captions, where measures_sets(captioning)
  std::vector<Assessment> assessments;         ///< [picture] of its first caption
  std::optional<ConfidenceScores> confidence;  ///< where the first model was calibrated
  /// Whether gendered words of the first captions were replaced before they were scored, and how
  /// those speak of women and men; nothing: it was not asked for.
  std::optional<GenderWords> gender;
  std::optional<GenderBias> bias;

  /// The first caption of a picture, as it was scored.
  Tokens scored_words(const Captioner& captioner, size_t picture) const;
};

/// Whether a search that is evaluated is measured by the sets of captions that it gives: where it
/// hands out several, or draws.
bool measures_sets(const Captioning& captioning);

/// Captions the split and scores the first caption of every picture, and the sets where
/// measures_sets(captioning). `training`: what people wrote for training, null: not known.
/// `gender`: words of the first captions are replaced by it before they are scored, and how they
/// speak of women and men is told; nothing: neither. caches[e] are features of
/// captioning.models.encoders()[e]; null: it encodes pictures as it goes. `progress(done, total)`
/// counts pictures and may be empty; a signal (stop_requested) ends it by Stopped.
Evaluation evaluate(const Captioning& captioning, const SplitData& data,
                    std::span<const std::unique_ptr<FeatureCache>> caches,
                    const ScorerOptions& scoring, BadPictures& bad, const SeenCaptions* training,
                    std::optional<GenderWords> gender = std::nullopt,
                    const std::function<void(size_t, size_t)>& progress = {});

}  // namespace storyteller
