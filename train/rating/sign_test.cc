#include "train/rating/sign_test.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace storyteller {

double sign_test(int64_t wins, int64_t losses) {
  const int64_t n = wins + losses;
  const auto lgamma_of = [](int64_t value) { return std::lgamma(static_cast<double>(value)); };
  double tail = 0;
  for (int64_t i = 0; i <= std::min(wins, losses); ++i) {
    // In logarithms: 2^n leaves the range of double at a thousand images.
    tail += std::exp(lgamma_of(n + 1) - lgamma_of(i + 1) - lgamma_of(n - i + 1) -
                     static_cast<double>(n) * std::numbers::ln2);
  }
  return std::min(1.0, 2 * tail);
}

std::vector<double> holm_adjusted(std::span<const double> p) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size());
  double largest = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    largest = std::max(largest, p[order[i]] * static_cast<double>(order.size() - i));
    adjusted[order[i]] = std::min(1.0, largest);
  }
  return adjusted;
}

}  // namespace storyteller
