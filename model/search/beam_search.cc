#include "model/search/beam_search.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "core/error.h"
#include "core/ops/ops.h"
#include "model/search/beam.h"
#include "model/search/diversity.h"
#include "model/search/live_rows.h"
#include "model/search/offered_words.h"
#include "model/search/search_observer.h"
#include "model/vocabulary.h"

namespace storyteller {
namespace {

/// The beams of all pictures, each with its groups behind each other.
class Beams {
 public:
  Beams(int64_t pictures, const SearchOptions& options, const ConstraintAutomaton& automaton,
        SearchObserver* observer)
      : groups_(static_cast<size_t>(options.diverse)),
        penalty_(options),
        observer_(observer),
        beams_(static_cast<size_t>(pictures) * groups_, Beam(options, automaton)) {}

  void gather(LiveRows& rows, const LogitFilters& filters) const {
    rows.clear();
    for (size_t n = 0; n < beams_.size(); ++n) {
      const Beam& beam = beams_[n];
      for (int64_t j = 0; j < beam.live(); ++j) {
        rows.add(static_cast<int32_t>(n / groups_), beam.last_word(j), beam.log_probability(j),
                 [&](std::vector<int32_t>* words) { beam.append_words(j, words); });
      }
    }
    rows.ask(filters);
  }

  /// Hands every beam its rows of the step and (rows,L) where it looked; returns which row each
  /// surviving hypothesis continues.
  std::vector<int32_t> advance(const Offers& offers, const std::vector<float>& looked,
                               const LiveRows& rows);

  std::vector<std::vector<Caption>> captions() const;

 private:
  size_t groups_;
  DiversityPenalty penalty_;
  SearchObserver* observer_;
  std::vector<Beam> beams_;
};

std::vector<int32_t> Beams::advance(const Offers& offers, const std::vector<float>& looked,
                                    const LiveRows& rows) {
  const int64_t L = std::ssize(looked) / rows.size(), k = offers.k;
  std::vector<int32_t> parents, of_beam;
  std::vector<Continuations> continuations;
  std::vector<std::vector<int32_t>> others;  // what groups before have chosen for the picture
  std::vector<double> penalties;
  int64_t first = 0;
  for (size_t n = 0; n < beams_.size(); ++n) {
    if (n % groups_ == 0) others.clear();
    Beam& beam = beams_[n];
    const int64_t live = beam.live();
    if (live == 0) continue;
    continuations.clear();
    penalties.resize(static_cast<size_t>(live * k));
    for (int64_t j = 0; j < live; ++j) {
      const size_t at = static_cast<size_t>((first + j) * k), width = static_cast<size_t>(k);
      const std::span<const int32_t> words = std::span(offers.words).subspan(at, width);
      const auto costs = std::span(penalties).subspan(static_cast<size_t>(j * k), width);
      if (!others.empty()) {
        penalty_.of(others, rows.views()[static_cast<size_t>(first + j)].words, words, costs);
      }
      continuations.push_back({words.data(), &offers.log_probabilities[at], k,
                               others.empty() ? nullptr : costs.data()});
    }
    const auto alpha =
        std::span(looked).subspan(static_cast<size_t>(first * L), static_cast<size_t>(live * L));
    beam.advance(continuations, alpha, &of_beam);
    if (observer_ != nullptr) {
      observer_->at_choice({.image = static_cast<int32_t>(n / groups_),
                            .group = static_cast<int32_t>(n % groups_),
                            .first_row = first,
                            .offers = continuations,
                            .taken = beam.taken()});
    }
    for (const int32_t parent : of_beam) parents.push_back(static_cast<int32_t>(first) + parent);
    if (groups_ > 1) {
      for (auto& sentence : beam.chosen()) others.push_back(std::move(sentence));
    }
    first += live;
  }
  return parents;
}

std::vector<std::vector<Caption>> Beams::captions() const {
  std::vector<std::vector<Caption>> of_pictures;
  for (size_t picture = 0; picture < beams_.size() / groups_; ++picture) {
    std::vector<std::vector<Caption>> groups;
    size_t most = 0;
    for (size_t g = 0; g < groups_; ++g) {
      groups.push_back(beams_[picture * groups_ + g].captions());
      most = std::max(most, groups.back().size());
    }
    std::vector<Caption>& all = of_pictures.emplace_back();
    for (size_t rank = 0; rank < most; ++rank) {
      for (std::vector<Caption>& group : groups) {
        if (rank < group.size()) all.push_back(std::move(group[rank]));
      }
    }
  }
  return of_pictures;
}

}  // namespace

BeamSearch::BeamSearch(const SearchOptions& options, LogitFilters filters,
                       std::span<const Constraint> must, SearchObserver* observer)
    : options_(options),
      filters_(std::move(filters)),
      automaton_(must),
      wanted_(automaton_.words()),
      observer_(observer) {
  if (!wanted_.empty()) wanted_.push_back(Vocabulary::kEnd);
}

std::vector<std::vector<Caption>> BeamSearch::run(StepModel& model,
                                                  std::span<const Tensor> features,
                                                  std::span<const uint64_t> /*numbers*/) const {
  const int64_t V = model.vocabulary(), I = features[0].size(0), groups = options_.diverse;
  if (V <= Vocabulary::kSpecialTokens)
    throw InternalError("beam search: the vocabulary has no words");
  // A word that costs can be among the best of a hypothesis only if fewer than `beam` others that
  // do not cost are: these many are enough, whatever the groups before say.
  const OfferedWords offered(V, std::min(options_.beam * groups + std::ssize(wanted_), V), wanted_);
  Beams beams(I, options_, automaton_, observer_);
  model.start(features);
  LiveRows rows;
  beams.gather(rows, filters_);
  if (groups > 1) model.gather(rows.image(), rows.image());
  while (!rows.empty()) {
    const Tensor logits = model.step(rows.word());
    for (const auto& filter : filters_) filter->apply(logits, rows.views());
    if (observer_ != nullptr) rows.show(model, logits, *observer_);
    const Offers offers = offered.of(logits, rows.barred());
    const std::vector<int32_t> parents = beams.advance(offers, model.attention(), rows);
    beams.gather(rows, filters_);
    if (!rows.empty()) model.gather(parents, rows.image());
  }
  return beams.captions();
}

}  // namespace storyteller
