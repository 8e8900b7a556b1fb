#pragma once

#include <string>
#include <vector>

#include "model/confidence/logistic.h"

namespace storyteller {

/// Values of signals, and what came of them.
struct LabelledSignals {
  std::vector<std::vector<double>> values;  ///< [example][signal]
  std::vector<bool> labels;                 ///< [example]
  std::vector<double> weights = {};         ///< [example] > 0; empty: 1 each
};

/// Logistic regression by Newton's method (iteratively reweighted least squares) over standardised
/// signals, with a ridge on the weights, not on the bias: the mode under a normal prior of variance
/// 1 / ridge, which exists where a line separates the labels, too. A signal that never varies gets
/// the weight 0. Throws InternalError without an example of each label.
Logistic fit_logistic(const std::vector<std::string>& signals, const LabelledSignals& examples,
                      double ridge = 1);

}  // namespace storyteller
