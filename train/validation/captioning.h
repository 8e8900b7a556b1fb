#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "model/ensemble.h"
#include "train/metrics/consensus.h"

namespace storyteller {

/// How the captions of pictures come about.
struct Captioning {
  Ensemble& models;
  SearchOptions search;
  SearchDemands demands = {};
  /// Chooses among all that the search finds; null: the best scores are handed out.
  std::shared_ptr<const Consensus> consensus = nullptr;

  /// Captions handed out for each picture: by consensus one, unless the options say how many.
  int wanted() const;
};

/// What is said about a picture.
struct Description {
  std::vector<Caption> captions;  ///< the best first; never none
  /// [caption] its mean similarity to the other candidates, where it was chosen by that; or empty.
  std::vector<double> agreement = {};
};

/// For each picture as many captions as are wanted. features[e] (I,L,D) are those of
/// models.encoders()[e], `numbers` as Search::run has them. Throws what make_search and Search::run
/// throw.
std::vector<Description> describe(const Captioning& captioning, std::span<const Tensor> features,
                                  std::span<const uint64_t> numbers);

/// Captions in the order of their agreement.
Description by_consensus(const Consensus& consensus, const Vocabulary& vocabulary,
                         std::vector<Caption> captions);

}  // namespace storyteller
