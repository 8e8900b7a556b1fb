#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

namespace storyteller {

struct FilterSettings {
  double temperature = 1;
  int64_t top_k = 0;
  double top_p = 1, min_p = 0, typical_p = 1;
};

/// The words of one row that stay, by their definitions (kernels/filter_logits.h), in double.
inline std::vector<bool> words_that_stay(const std::vector<double>& logits,
                                         const FilterSettings& filters) {
  const size_t V = logits.size();
  std::vector<size_t> left(V);  // by falling probability, ties by id
  std::iota(left.begin(), left.end(), size_t{0});
  std::stable_sort(left.begin(), left.end(),
                   [&](size_t a, size_t b) { return logits[a] > logits[b]; });
  while (!left.empty() && !(logits[left.back()] > -std::numeric_limits<double>::infinity())) {
    left.pop_back();
  }
  if (left.empty()) return std::vector<bool>(V);
  const size_t first = left[0];
  std::vector<double> p(V);
  const auto renormalise = [&] {
    double sum = 0;
    for (const size_t v : left) sum += std::exp((logits[v] - logits[first]) / filters.temperature);
    for (const size_t v : left) {
      p[v] = std::exp((logits[v] - logits[first]) / filters.temperature) / sum;
    }
  };
  const auto cut_at = [&](double bound) {
    double sum = 0;
    size_t count = 0;
    while (count < left.size() && (count == 0 || sum < bound - 1e-9)) sum += p[left[count++]];
    left.resize(count);
    renormalise();
  };
  renormalise();
  if (filters.top_k > 0 && filters.top_k < std::ssize(left)) {
    left.resize(static_cast<size_t>(filters.top_k));
    renormalise();
  }
  if (filters.top_p < 1) cut_at(filters.top_p);
  if (filters.min_p > 0) {
    std::erase_if(left, [&](size_t v) { return p[v] < filters.min_p * p[first] * (1 - 1e-6); });
    renormalise();
  }
  if (filters.typical_p < 1) {
    double entropy = 0;
    for (const size_t v : left) entropy -= p[v] > 0 ? p[v] * std::log(p[v]) : 0;
    std::sort(left.begin(), left.end());
    std::stable_sort(left.begin(), left.end(), [&](size_t a, size_t b) {
      return std::abs(-std::log(p[a]) - entropy) < std::abs(-std::log(p[b]) - entropy);
    });
    cut_at(filters.typical_p);
    left.push_back(first);
  }
  std::vector<bool> stays(V);
  for (const size_t v : left) stays[v] = true;
  return stays;
}

}  // namespace storyteller
