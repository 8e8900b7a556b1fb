#include "train/metrics/sets/symmetric_eigenvalues.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>

#include "core/error.h"

namespace storyteller {
namespace {

/// Turns rows and columns p and q of `a` (n, n) so that a[p][q] becomes zero.
void rotate(std::vector<double>& a, size_t n, size_t p, size_t q) {
  const double apq = a[p * n + q];
  if (apq == 0) return;
  const double tau = (a[q * n + q] - a[p * n + p]) / (2 * apq);
  const double t = (tau >= 0 ? 1 : -1) / (std::abs(tau) + std::sqrt(1 + tau * tau));
  const double c = 1 / std::sqrt(1 + t * t);
  const double s = t * c;
  for (size_t k = 0; k < n; ++k) {  // columns
    const double x = a[k * n + p], y = a[k * n + q];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (size_t k = 0; k < n; ++k) {  // rows
    const double x = a[p * n + k], y = a[q * n + k];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
  }
}

/// Sum of squares beside the diagonal, and in all.
std::pair<double, double> squares(const std::vector<double>& a, size_t n) {
  double beside = 0, all = 0;
  for (size_t i = 0; i < n * n; ++i) {
    all += a[i] * a[i];
    if (i / n != i % n) beside += a[i] * a[i];
  }
  return {beside, all};
}

}  // namespace

std::vector<double> symmetric_eigenvalues(std::vector<double> matrix) {
  constexpr int kMostSweeps = 60;  // convergence is quadratic: a dozen sweeps do
  constexpr double kNegligible = 1e-30;
  const auto n = static_cast<size_t>(std::lround(std::sqrt(static_cast<double>(matrix.size()))));
  if (n * n != matrix.size())
    throw InternalError("symmetric_eigenvalues: the matrix is not square");
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    const auto [beside, all] = squares(matrix, n);
    if (beside <= kNegligible * all) break;
    for (size_t p = 0; p < n; ++p) {
      for (size_t q = p + 1; q < n; ++q) rotate(matrix, n, p, q);
    }
  }
  std::vector<double> values(n);
  for (size_t i = 0; i < n; ++i) values[i] = matrix[i * n + i];
  std::sort(values.begin(), values.end(), std::greater<>());
  return values;
}

}  // namespace storyteller
