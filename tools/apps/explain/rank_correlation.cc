#include "tools/apps/explain/rank_correlation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/error.h"

namespace storyteller::explain {
namespace {

std::vector<double> ranks_of(std::span<const float> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (std::size_t i = begin; i < end; ++i) {
      ranks[order[i]] = (static_cast<double>(begin) + static_cast<double>(end) - 1) / 2;
    }
    begin = end;
  }
  return ranks;
}

}  // namespace

std::optional<double> rank_correlation(std::span<const float> a, std::span<const float> b) {
  constexpr std::size_t kFewest = 3;
  if (a.size() != b.size()) throw InternalError("rank_correlation: lists of different lengths");
  if (a.size() < kFewest) return std::nullopt;
  const std::vector<double> of_a = ranks_of(a), of_b = ranks_of(b);
  const double mean = (static_cast<double>(a.size()) - 1) / 2;
  double together = 0, squares_a = 0, squares_b = 0;
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    together += (of_a[i] - mean) * (of_b[i] - mean);
    squares_a += (of_a[i] - mean) * (of_a[i] - mean);
    squares_b += (of_b[i] - mean) * (of_b[i] - mean);
  }
  if (squares_a == 0 || squares_b == 0) return std::nullopt;
  return together / std::sqrt(squares_a * squares_b);
}

}  // namespace storyteller::explain
