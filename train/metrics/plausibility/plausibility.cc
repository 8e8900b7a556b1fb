#include "train/metrics/plausibility/plausibility.h"

#include <algorithm>
#include <utility>

#include "train/metrics/metric_scorer.h"
#include "train/metrics/spice/spice.h"

namespace storyteller {

Plausibility::Plausibility(std::shared_ptr<const StatementCounts> counts,
                           std::shared_ptr<const SpiceModel> model)
    : counts_(std::move(counts)), model_(std::move(model)) {
  if (model_ == nullptr) model_ = default_spice_model();
}

double Plausibility::of(const Tokens& caption) const {
  double sum = 0;
  for (const spice::Proposition& statement : model_->propositions(caption)) {
    sum += std::min(0.0, counts_->typicality(statement));
  }
  return sum;
}

Plausibility::Attested Plausibility::attested(const Tokens& caption) const {
  Attested found;
  for (const spice::Proposition& statement : model_->propositions(caption)) {
    if (statement.size() < 2) continue;
    ++found.statements;
    if (counts_->count(statement) > 0) ++found.attested;
  }
  return found;
}

std::vector<double> Plausibility::of_all(const std::vector<Tokens>& candidates) const {
  std::vector<double> values;
  values.reserve(candidates.size());
  for (const Tokens& candidate : candidates) values.push_back(of(candidate));
  return values;
}

}  // namespace storyteller
