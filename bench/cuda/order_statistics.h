#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace storyteller {

/// The median of a sample and an interval that holds the median of all with 95 % confidence,
/// whatever the distribution: two of the sample itself, by order. Two figures differ where their
/// intervals are apart.
struct MedianInterval {
  double median = 0, low = 0, high = 0;
};

/// `ascending` is not empty. Of 50 these are the 18th and the 32nd, of less than 6 the ends.
inline MedianInterval median_interval(const std::vector<double>& ascending) {
  const size_t n = ascending.size(), half = n / 2;
  const double median = n % 2 == 1 ? ascending[half] : (ascending[half - 1] + ascending[half]) / 2;
  // How many of n lie below the median is binomial: P(k) = n! / (k! (n-k)!) / 2^n.
  const auto probability = [n](size_t k) {
    const auto log_factorial = [](size_t m) { return std::lgamma(static_cast<double>(m) + 1); };
    return std::exp(log_factorial(n) - log_factorial(k) - log_factorial(n - k) -
                    static_cast<double>(n) * std::log(2.0));
  };
  size_t low = 0;
  for (double below = probability(0); below + probability(low + 1) <= 0.025;) {
    below += probability(++low);
  }
  size_t high = low + 1;
  for (double between = 0; high <= n; ++high) {
    between += probability(high);
    if (between >= 0.95) break;
  }
  return {median, ascending[low], ascending[high < n ? high : n - 1]};
}

}  // namespace storyteller
