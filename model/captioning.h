#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/ensemble.h"

namespace storyteller {

/// For each candidate for one picture what is to be said for it, beside its score; metrics come as
/// such functions of the candidates' words (Consensus, Plausibility in train/metrics). It is called
/// by several threads at once.
using Judge =
    std::function<std::vector<double>(const std::vector<std::vector<std::string>>& candidates)>;

/// How a caption is chosen among all that a search finds: by the greatest judgement, ties by place.
struct Choice {
  std::string_view name;    ///< of the judgement, as files have it; outlives the choice
  Judge judge = nullptr;    ///< null: nothing is chosen, the best scores are handed out
  double weight = 1;        ///< of what the judge says
  double score_weight = 0;  ///< of a candidate's own score beside it

  explicit operator bool() const { return judge != nullptr; }
};

/// How the captions of pictures come about.
struct Captioning {
  Ensemble& models;
  SearchOptions search;
  SearchDemands demands = {};
  Choice choice = {};

  /// Captions handed out for each picture: by choice one, unless the options say how many.
  int wanted() const;
};

/// What is said about a picture.
struct Description {
  std::vector<Caption> captions;  ///< the best first; never none
  /// [caption] what the judge said, where captions were chosen by one; or empty.
  std::vector<double> judgement = {};
  /// How sure the first model is of the first of them; nothing where it was not calibrated.
  Assessment assessment = {};
  std::vector<NamedConcept> concepts = {};  ///< seen in it, see Ensemble::concepts
};

/// For each picture as many captions as are wanted. features[e] (I,L,D) are those of
/// models.encoders()[e], `numbers` as Search::run has them. Throws what make_search and Search::run
/// throw.
std::vector<Description> describe(const Captioning& captioning, std::span<const Tensor> features,
                                  std::span<const uint64_t> numbers);

/// Captions by falling sum of judgement and score, as the choice weighs them, ties by place.
Description chosen(const Choice& choice, const Vocabulary& vocabulary,
                   std::vector<Caption> captions);

}  // namespace storyteller
