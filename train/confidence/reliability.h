#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "model/confidence/assessment.h"

namespace storyteller {

/// A probability that was given, and whether the thing came true.
struct Forecast {
  double probability = 0;
  bool right = false;
};

/// P(a right one has the greater probability than a wrong one), ties counting half: the area under
/// the ROC curve. Null without one of each.
std::optional<double> auroc(const std::vector<Forecast>& forecasts);

/// Forecasts of about one probability: what was said, and what came true.
struct ReliabilityBin {
  std::size_t count = 0;
  double said = 0;   ///< mean probability
  double right = 0;  ///< share
};

/// By rising probability in `bins` of equal mass; fewer where there are fewer forecasts.
std::vector<ReliabilityBin> reliability(std::vector<Forecast> forecasts, std::size_t bins = 10);

/// Expected calibration error: mean |said - right|, weighted by count. 0 of none.
double calibration_error(const std::vector<ReliabilityBin>& bins);

/// The lowest probability from which on at least `precision` are right; null where there is none
/// with at least `least` forecasts above it.
std::optional<double> sure_cut_off(std::vector<Forecast> forecasts, double precision,
                                   std::size_t least);

/// The highest probability below which at most `share` are right; 0 where there is none.
double unsure_cut_off(std::vector<Forecast> forecasts, double share);

/// How many captions have a grade, and how many of them are right.
struct GradeTally {
  std::size_t captions = 0, right = 0;
  /// Null: no caption has the grade.
  std::optional<double> precision() const;
};

/// Of all three grades.
struct GradeTallies {
  GradeTally sure, likely, unsure;
  void add(Grade grade, bool right);
  const GradeTally& of(Grade grade) const;
  std::size_t captions() const { return sure.captions + likely.captions + unsure.captions; }
};

}  // namespace storyteller
