#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/search/search_options.h"

namespace storyteller {

/// What a group of a diverse beam search pays for saying what groups before it say (Vijayakumar et
/// al., 2018, "Diverse Beam Search for Improved Description of Complex Scenes", section 4). The
/// word y at place t costs lambda times
///   Hamming     the number of sentences of earlier groups with y at place t
///   cumulative  the sum over those sentences of exp(-d / Gamma), d the number of places up to t at
///               which they differ from this one
class DiversityPenalty {
 public:
  explicit DiversityPenalty(const SearchOptions& options)
      : lambda_(options.diversity), range_(options.diversity_range) {}

  /// `others`: sentences of earlier groups, this place included; `said`: this one before this
  /// place; (k) penalties of (k) words that may come next.
  void of(const std::vector<std::vector<int32_t>>& others, std::span<const int32_t> said,
          std::span<const int32_t> words, std::span<double> penalties) const;

 private:
  double lambda_, range_;
};

}  // namespace storyteller
