#include "train/rating/weighted_kappa.h"

#include <cstdlib>
#include <limits>
#include <map>

#include "core/error.h"

namespace storyteller {

double linear_weight(int a, int b) { return std::abs(a - b); }

double quadratic_weight(int a, int b) { return static_cast<double>(a - b) * (a - b); }

double nominal_weight(int a, int b) { return a == b ? 0 : 1; }

double weighted_kappa(std::span<const int> a, std::span<const int> b, const KappaWeight& weight) {
  if (a.size() != b.size()) throw InternalError("weighted_kappa: the raters' units differ");
  std::map<int, double> of_a, of_b;
  double observed = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ++of_a[a[i]];
    ++of_b[b[i]];
    observed += weight(a[i], b[i]);
  }
  double expected = 0;
  for (const auto& [i, in_a] : of_a) {
    for (const auto& [j, in_b] : of_b) expected += in_a * in_b * weight(i, j);
  }
  if (expected == 0) return std::numeric_limits<double>::quiet_NaN();
  return 1 - observed * static_cast<double>(a.size()) / expected;
}

}  // namespace storyteller
