#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "model/ensemble.h"

namespace storyteller {

/// For each candidate for one picture how much it has in common with the others; metrics come as
/// such functions of their words (Consensus in train/metrics). It is called by several threads at
/// once.
using Agreement =
    std::function<std::vector<double>(const std::vector<std::vector<std::string>>& candidates)>;

/// How the captions of pictures come about.
struct Captioning {
  Ensemble& models;
  SearchOptions search;
  SearchDemands demands = {};
  /// Chooses among all that the search finds, minimum Bayes risk; null: the best scores are handed
  /// out.
  Agreement agreement = nullptr;

  /// Captions handed out for each picture: by agreement one, unless the options say how many.
  int wanted() const;
};

/// What is said about a picture.
struct Description {
  std::vector<Caption> captions;  ///< the best first; never none
  /// [caption] its mean similarity to the other candidates, where it was chosen by that; or empty.
  std::vector<double> agreement = {};
  /// How sure the first model is of the first of them; nothing where it was not calibrated.
  Assessment assessment = {};
};

/// For each picture as many captions as are wanted. features[e] (I,L,D) are those of
/// models.encoders()[e], `numbers` as Search::run has them. Throws what make_search and Search::run
/// throw.
std::vector<Description> describe(const Captioning& captioning, std::span<const Tensor> features,
                                  std::span<const uint64_t> numbers);

/// Captions by falling agreement, ties by place.
Description by_agreement(const Agreement& agreement, const Vocabulary& vocabulary,
                         std::vector<Caption> captions);

}  // namespace storyteller
