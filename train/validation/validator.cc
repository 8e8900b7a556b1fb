#include "train/validation/validator.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/error.h"
#include "train/validation/validation_loss.h"

namespace storyteller {
namespace {

/// What is computed, with its data.
ScorerOptions validation_scoring(const TrainOptions& options) {
  ScorerOptions scoring;
  scoring.metrics = parse_metrics(options.metrics, "`metrics`");
  const Criterion criterion = parse_criterion(options.selection, "`selection`");
  if (criterion.key == kAccuracy) {
    throw UsageError("`selection`=accuracy: that is a score of task=vqa; name one of captions");
  }
  if (criterion.metric && !scoring.metrics.contains(*criterion.metric)) {
    throw UsageError("`metrics`=" + options.metrics + ": " +
                     std::string(name_of(*criterion.metric)) +
                     " is missing, by which the best model is selected; add it");
  }
  if (scoring.metrics.contains(Metric::kMeteor)) scoring.meteor = default_meteor_resources();
  if (scoring.metrics.contains(Metric::kSpice)) scoring.spice = default_spice_model();
  return scoring;
}

}  // namespace

Validator::Validator(const TrainOptions& options, Captioner& captioner, const ValidationSet& data)
    : name_(data.name),
      captioner_(captioner),
      references_(data.captions),
      begin_(data.begin),
      pictures_(examined_pictures(options, data.dataset)),
      max_words_(options.max_words),
      scoring_(validation_scoring(options)),
      criterion_(parse_criterion(options.selection, "`selection`")) {}

std::vector<Caption> Validator::caption(FeatureSource& source, const Progress& progress) const {
  captioner_.set_begin_word(begin_);
  return caption_pictures(captioner_, source, pictures_, captioner_.options().search, progress);
}

CaptionScores Validator::score(const std::vector<Caption>& captions) {
  if (!scorer_) scorer_.emplace(references_of(references_, pictures_), scoring_);
  return scorer_->score_all(words_of(captioner_, captions));
}

Marks Validator::examine(FeatureSource& source, const Progress& progress) {
  const CaptionScores scores = score(caption(source, progress));
  return {.scores = named_scores(scores),
          .distinct = static_cast<int64_t>(scores.distinct_captions)};
}

void Validator::probe(FeatureSource& source, const Progress& progress) const {
  captioner_.set_begin_word(begin_);
  size_t unusable = 0;
  caption_pictures(captioner_, source, std::min(kProbedPictures, pictures_),
                   captioner_.options().search, progress, &unusable);
}

std::optional<double> Validator::loss(FeatureSource& source) const {
  const EncodedCaptions captions(
      references_, captioner_.vocabulary(),
      EncodingOptions{.max_words = max_words_,
                      .ranges = {{.end = references_.images(), .begin = begin_}}});
  const double loss = validation_loss(captioner_, source, captions, pictures_);
  return std::isfinite(loss) ? std::optional(loss) : std::nullopt;
}

}  // namespace storyteller
