#include "model/confidence/confidence.h"

#include <algorithm>
#include <utility>

#include "core/error.h"

namespace storyteller {

Confidence::Confidence(ConfidenceValues values, PictureMemory memory)
    : values_(std::move(values)), memory_(std::move(memory)) {
  if (values_.domain.size() < 2) throw InternalError("confidence: no quantiles of the domain");
}

Assessment Confidence::assess(std::span<const float> features, const Caption& caption,
                              std::span<const std::string> words) const {
  return assess(signals_of(memory_, features, caption, words));
}

Assessment Confidence::assess(const Signals& known) const {
  Assessment assessment;
  Signals signals = known;
  signals.remoteness = remoteness_of(signals.likeness, values_.domain);
  const double confidence = values_.caption.probability(values_for(values_.caption, signals));
  const double photo = values_.photo.probability(values_for(values_.photo, signals));
  const double domain = quantile_of(signals.likeness, values_.domain);
  assessment.confidence = confidence;
  assessment.photo = photo;
  assessment.domain = domain;
  assessment.grade = grade_of(confidence, photo, domain, values_.cut_offs);
  return assessment;
}

Signals signals_of(const PictureMemory& memory, std::span<const float> features,
                   const Caption& caption, std::span<const std::string> words) {
  const PooledFeatures picture = pooled(features, features.size() / memory.width(), memory.width());
  const PictureMemory::Nearest nearest = memory.nearest(picture.mean);
  return {.mean_log_probability = mean_log_probability(caption),
          .agreement = nearest.agreement(subject_of(words).kinds),
          .likeness = nearest.likeness,
          .active = picture.active,
          .spread = picture.spread,
          .norm = picture.norm};
}

double remoteness_of(double likeness, std::span<const double> quantiles) {
  constexpr double kUsual = 0.1;
  const double place = kUsual * static_cast<double>(quantiles.size() - 1);
  const auto below = static_cast<size_t>(place);
  const double part = place - static_cast<double>(below);
  const double usual = quantiles[below] + part * (quantiles[below + 1] - quantiles[below]);
  return std::max(0.0, usual - likeness);
}

double quantile_of(double likeness, std::span<const double> quantiles) {
  const auto above = std::ranges::upper_bound(quantiles, likeness);
  if (above == quantiles.begin()) return 0;
  if (above == quantiles.end()) return 1;
  const auto below = above - 1;
  const double part = (likeness - *below) / (*above - *below);
  return (static_cast<double>(below - quantiles.begin()) + part) /
         static_cast<double>(quantiles.size() - 1);
}

Grade grade_of(double confidence, double photo, double domain,
               const ConfidenceValues::CutOffs& cut_offs) {
  if (photo < 0.5 || domain < cut_offs.likely_domain || confidence < cut_offs.likely) {
    return Grade::kUnsure;
  }
  const bool sure = cut_offs.sure && confidence >= *cut_offs.sure && domain >= cut_offs.sure_domain;
  return sure ? Grade::kSure : Grade::kLikely;
}

std::vector<double> values_for(const Logistic& logistic, const Signals& signals) {
  std::vector<double> values;
  values.reserve(logistic.terms.size());
  for (const Logistic::Term& term : logistic.terms) {
    const double* value = signals.find(term.signal);
    if (value == nullptr) {
      throw ModelError(
          "its calibration needs the signal '" + term.signal +
          "', which this version does not know; update storyteller, or run storyteller "
          "calibrate again");
    }
    values.push_back(*value);
  }
  return values;
}

}  // namespace storyteller
