#include "train/rating/kendall_tau.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "core/error.h"

namespace storyteller {
namespace {

/// Pairs within runs of equal elements of a sorted range.
template <class Range, class Equal>
int64_t tied_pairs(const Range& sorted, const Equal& equal) {
  int64_t pairs = 0, run = 0;
  for (size_t i = 1; i < sorted.size(); ++i) {
    run = equal(sorted[i - 1], sorted[i]) ? run + 1 : 0;
    pairs += run;
  }
  return pairs;
}

/// Sorts [begin, end) and returns its inversions: pairs i < j with values[i] > values[j].
int64_t sort_counting_inversions(std::vector<double>& values, std::vector<double>& scratch,
                                 size_t begin, size_t end) {
  if (end - begin < 2) return 0;
  const size_t middle = begin + (end - begin) / 2;
  int64_t inversions = sort_counting_inversions(values, scratch, begin, middle) +
                       sort_counting_inversions(values, scratch, middle, end);
  size_t left = begin, right = middle;
  for (size_t out = begin; out < end; ++out) {
    const bool take_right = left == middle || (right < end && values[right] < values[left]);
    if (take_right) inversions += static_cast<int64_t>(middle - left);
    scratch[out] = values[take_right ? right++ : left++];
  }
  std::copy(scratch.begin() + static_cast<std::ptrdiff_t>(begin),
            scratch.begin() + static_cast<std::ptrdiff_t>(end),
            values.begin() + static_cast<std::ptrdiff_t>(begin));
  return inversions;
}

}  // namespace

double kendall_tau_b(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size()) throw InternalError("kendall_tau_b: the lengths differ");
  const size_t size = x.size();
  std::vector<std::pair<double, double>> points(size);
  for (size_t i = 0; i < size; ++i) points[i] = {x[i], y[i]};
  std::sort(points.begin(), points.end());
  const int64_t tied_in_x =
      tied_pairs(points, [](const auto& a, const auto& b) { return a.first == b.first; });
  const int64_t tied_in_both = tied_pairs(points, std::equal_to<>());
  std::vector<double> values(size), scratch(size);
  for (size_t i = 0; i < size; ++i) values[i] = points[i].second;
  const int64_t discordant = sort_counting_inversions(values, scratch, 0, size);
  const int64_t tied_in_y = tied_pairs(values, std::equal_to<>());
  const auto all = static_cast<int64_t>(size * (size - (size > 0 ? 1 : 0)) / 2);
  const int64_t untied_in_x = all - tied_in_x, untied_in_y = all - tied_in_y;
  if (untied_in_x == 0 || untied_in_y == 0) return std::numeric_limits<double>::quiet_NaN();
  const int64_t concordant = all - tied_in_x - tied_in_y + tied_in_both - discordant;
  return static_cast<double>(concordant - discordant) /
         (std::sqrt(static_cast<double>(untied_in_x)) *
          std::sqrt(static_cast<double>(untied_in_y)));
}

}  // namespace storyteller
