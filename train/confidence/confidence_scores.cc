#include "train/confidence/confidence_scores.h"

#include "model/confidence/subject.h"

namespace storyteller {

std::optional<ConfidenceScores> confidence_scores(const std::vector<Tokens>& captions,
                                                  const std::vector<Assessment>& assessments,
                                                  const TokenizedReferences& references) {
  ConfidenceScores scores;
  std::vector<Forecast> forecasts;
  for (size_t i = 0; i < captions.size(); ++i) {
    if (captions[i].empty() || references[i].empty() || !assessments[i].confidence) continue;
    const bool right = (subject_of(captions[i]).kinds & kinds_agreed(references[i])) != 0;
    forecasts.push_back({*assessments[i].confidence, right});
    scores.grades.add(assessments[i].grade, right);
    scores.right += right ? 1 : 0;
    scores.confidence += *assessments[i].confidence;
    scores.no_photographs += assessments[i].is_photograph() ? 0 : 1;
  }
  if (forecasts.empty()) return std::nullopt;
  scores.captions = forecasts.size();
  scores.right /= static_cast<double>(forecasts.size());
  scores.confidence /= static_cast<double>(forecasts.size());
  scores.auroc = auroc(forecasts);
  scores.bins = reliability(forecasts);
  scores.calibration_error = calibration_error(scores.bins);
  return scores;
}

}  // namespace storyteller
