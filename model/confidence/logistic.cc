#include "model/confidence/logistic.h"

#include <cmath>

#include "core/error.h"

namespace storyteller {

double Logistic::probability(std::span<const double> x) const {
  if (x.size() != terms.size()) throw InternalError("logistic: values do not fit its terms");
  double sum = bias;
  for (size_t j = 0; j < terms.size(); ++j) {
    sum += terms[j].weight * (x[j] - terms[j].mean) / terms[j].spread;
  }
  return 1 / (1 + std::exp(-sum));
}

}  // namespace storyteller
