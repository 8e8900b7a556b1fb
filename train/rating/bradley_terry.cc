#include "train/rating/bradley_terry.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace storyteller {
namespace {

constexpr int kMaxSteps = 200;
constexpr double kTolerance = 1e-11;

void check(const WinMatrix& wins) {
  for (const auto& row : wins) {
    if (row.size() != wins.size()) throw InternalError("fit_bradley_terry: no square matrix");
    for (const double count : row) {
      if (!std::isfinite(count) || count < 0) {
        throw InternalError("fit_bradley_terry: wins must be finite and not negative");
      }
    }
  }
}

/// Whether everybody can be reached from the first along wins (`forward`) or along losses.
bool reaches_all(const WinMatrix& wins, bool forward) {
  std::vector<bool> reached(wins.size(), false);
  std::vector<size_t> stack{0};
  reached[0] = true;
  size_t count = 1;
  while (!stack.empty()) {
    const size_t i = stack.back();
    stack.pop_back();
    for (size_t j = 0; j < wins.size(); ++j) {
      if (reached[j] || (forward ? wins[i][j] : wins[j][i]) <= 0) continue;
      reached[j] = true;
      ++count;
      stack.push_back(j);
    }
  }
  return count == wins.size();
}

/// Inverts a symmetric positive definite matrix by Gauss-Jordan elimination.
std::vector<std::vector<double>> inverse(std::vector<std::vector<double>> a) {
  const size_t n = a.size();
  std::vector<std::vector<double>> b(n, std::vector<double>(n, 0.0));
  for (size_t i = 0; i < n; ++i) b[i][i] = 1;
  for (size_t i = 0; i < n; ++i) {
    const double pivot = a[i][i];
    for (size_t k = 0; k < n; ++k) {
      a[i][k] /= pivot;
      b[i][k] /= pivot;
    }
    for (size_t j = 0; j < n; ++j) {
      if (j == i) continue;
      const double factor = a[j][i];
      for (size_t k = 0; k < n; ++k) {
        a[j][k] -= factor * a[i][k];
        b[j][k] -= factor * b[i][k];
      }
    }
  }
  return b;
}

double log_likelihood(const WinMatrix& wins, const std::vector<double>& s) {
  double sum = 0;
  for (size_t i = 0; i < s.size(); ++i) {
    for (size_t j = 0; j < s.size(); ++j) {
      if (i == j) continue;
      const double margin = s[i] - s[j];  // log of the probability, without overflow
      sum += wins[i][j] * (std::min(margin, 0.0) - std::log1p(std::exp(-std::abs(margin))));
    }
  }
  return sum;
}

struct Derivatives {
  std::vector<double> gradient;
  /// Fisher information plus the matrix of ones / n, which fixes the sum of the strengths: without
  /// it, adding a constant to all of them changes nothing and there is no inverse.
  std::vector<std::vector<double>> information;
};

Derivatives derivatives(const WinMatrix& wins, const std::vector<double>& s) {
  const size_t n = s.size();
  Derivatives d{
      std::vector<double>(n, 0.0),
      std::vector<std::vector<double>>(n, std::vector<double>(n, 1.0 / static_cast<double>(n)))};
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) {
      if (i == j) continue;
      const double games = wins[i][j] + wins[j][i];
      const double probability = 1 / (1 + std::exp(s[j] - s[i]));
      const double weight = games * probability * (1 - probability);
      d.gradient[i] += wins[i][j] - games * probability;
      d.information[i][i] += weight;
      d.information[i][j] -= weight;
    }
  }
  return d;
}

}  // namespace

double BradleyTerryFit::standard_error(size_t a, size_t b) const {
  return std::sqrt(std::max(0.0, covariances[a][a] + covariances[b][b] - 2 * covariances[a][b]));
}

BradleyTerryFit fit_bradley_terry(const WinMatrix& observed, double prior) {
  check(observed);
  const size_t n = observed.size();
  if (n == 0) return {};
  WinMatrix wins = observed;
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) wins[i][j] = i == j ? 0 : wins[i][j] + prior / 2;
  }
  if (!reaches_all(wins, true) || !reaches_all(wins, false)) {
    throw InputError(
        "Bradley-Terry: some contestants won or lost everything against the others, so no finite "
        "strengths fit; add comparisons or a prior");
  }
  BradleyTerryFit fit{std::vector<double>(n, 0.0), {}};
  double likelihood = log_likelihood(wins, fit.log_strengths);
  for (int step = 0; step < kMaxSteps; ++step) {
    const Derivatives d = derivatives(wins, fit.log_strengths);
    fit.covariances = inverse(d.information);
    std::vector<double> direction(n, 0.0);
    double largest = 0;
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) direction[i] += fit.covariances[i][j] * d.gradient[j];
      largest = std::max(largest, std::abs(direction[i]));
    }
    if (largest < kTolerance) break;
    // Halved until it climbs: a full step may leap over the maximum. None climbs where rounding is
    // all that is left.
    bool climbed = false;
    for (double scale = 1; !climbed && scale > 1e-9; scale /= 2) {
      std::vector<double> moved = fit.log_strengths;
      for (size_t i = 0; i < n; ++i) moved[i] += scale * direction[i];
      const double next = log_likelihood(wins, moved);
      climbed = next >= likelihood;
      if (!climbed) continue;
      fit.log_strengths = std::move(moved);
      likelihood = next;
    }
    if (!climbed) break;
  }
  // Of what fixes the sum, the inverse keeps 1 / n in every place.
  for (auto& row : fit.covariances) {
    for (double& value : row) value -= 1.0 / static_cast<double>(n);
  }
  return fit;
}

}  // namespace storyteller
