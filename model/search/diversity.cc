#include "model/search/diversity.h"

#include <algorithm>
#include <cmath>

namespace storyteller {

void DiversityPenalty::of(const std::vector<std::vector<int32_t>>& others,
                          std::span<const int32_t> said, std::span<const int32_t> words,
                          std::span<double> penalties) const {
  std::fill(penalties.begin(), penalties.end(), 0.0);
  const size_t place = said.size();
  for (const std::vector<int32_t>& other : others) {
    if (other.size() <= place) continue;
    double differing = 0;
    for (size_t t = 0; t < place; ++t) differing += other[t] == said[t] ? 0 : 1;
    for (size_t i = 0; i < words.size(); ++i) {
      const bool same = words[i] == other[place];
      if (range_ > 0) {
        penalties[i] += lambda_ * std::exp(-(differing + (same ? 0 : 1)) / range_);
      } else if (same) {
        penalties[i] += lambda_;
      }
    }
  }
}

}  // namespace storyteller
