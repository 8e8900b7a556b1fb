#include "train/confidence/logistic_fit.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"

namespace storyteller {
namespace {

using Row = std::vector<double>;
using Matrix = std::vector<Row>;

/// Solves a x = b for a symmetric positive definite `a`, by Cholesky's decomposition.
Row solve(Matrix a, Row b) {
  const size_t n = b.size();
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      double sum = a[i][j];
      for (size_t k = 0; k < j; ++k) sum -= a[i][k] * a[j][k];
      a[i][j] = i == j ? std::sqrt(sum) : sum / a[j][j];
    }
  }
  for (size_t i = 0; i < n; ++i) {
    for (size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

double weight_of(const LabelledSignals& examples, size_t e) {
  return examples.weights.empty() ? 1 : examples.weights[e];
}

/// Mean and deviation of each signal, as terms without weights.
std::vector<Logistic::Term> standardised(const std::vector<std::string>& signals,
                                         const LabelledSignals& examples) {
  std::vector<Logistic::Term> terms;
  const Matrix& values = examples.values;
  for (size_t j = 0; j < signals.size(); ++j) {
    double count = 0, sum = 0, squares = 0;
    for (size_t e = 0; e < values.size(); ++e) {
      count += weight_of(examples, e);
      sum += weight_of(examples, e) * values[e][j];
    }
    const double mean = sum / count;
    for (size_t e = 0; e < values.size(); ++e) {
      squares += weight_of(examples, e) * (values[e][j] - mean) * (values[e][j] - mean);
    }
    const double spread = std::sqrt(squares / count);
    // Of a signal that does not vary a rounding error must not become a unit.
    const bool varies = spread > 1e-9 * std::max(1.0, std::abs(mean));
    terms.push_back({.signal = signals[j], .mean = mean, .spread = varies ? spread : 1});
  }
  return terms;
}

}  // namespace

Logistic fit_logistic(const std::vector<std::string>& signals, const LabelledSignals& examples,
                      double ridge) {
  const auto positive = std::ranges::count(examples.labels, true);
  if (positive == 0 || positive == std::ssize(examples.labels)) {
    throw InternalError("a logistic regression needs examples of both labels");
  }
  Logistic fit{.terms = standardised(signals, examples)};
  const size_t n = signals.size() + 1;
  Row weights(n), x(n, 1.0);
  constexpr int kMostSteps = 50;
  for (int step = 0; step < kMostSteps; ++step) {
    Matrix curvature(n, Row(n));
    Row slope(n);
    for (size_t e = 0; e < examples.values.size(); ++e) {
      double sum = weights[0];
      for (size_t j = 1; j < n; ++j) {
        const Logistic::Term& term = fit.terms[j - 1];
        x[j] = (examples.values[e][j - 1] - term.mean) / term.spread;
        sum += weights[j] * x[j];
      }
      const double p = 1 / (1 + std::exp(-sum));
      const double weight = weight_of(examples, e);
      for (size_t i = 0; i < n; ++i) {
        slope[i] += weight * x[i] * ((examples.labels[e] ? 1 : 0) - p);
        for (size_t j = 0; j < n; ++j) curvature[i][j] += weight * x[i] * x[j] * p * (1 - p);
      }
    }
    for (size_t j = 0; j < n; ++j) {
      slope[j] -= j == 0 ? 0 : ridge * weights[j];
      curvature[j][j] += j == 0 ? 1e-12 : ridge;
    }
    const Row change = solve(std::move(curvature), std::move(slope));
    double largest = 0;
    for (size_t j = 0; j < n; ++j) {
      weights[j] += change[j];
      largest = std::max(largest, std::abs(change[j]));
    }
    if (largest < 1e-10) break;
  }
  fit.bias = weights[0];
  for (size_t j = 1; j < n; ++j) fit.terms[j - 1].weight = weights[j];
  return fit;
}

}  // namespace storyteller
