#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "model/search/constraints.h"
#include "model/search/hypothesis.h"
#include "model/search/search_options.h"
#include "model/search/step_model.h"
#include "model/vocabulary.h"

namespace storyteller {

/// Seeks sentences for pictures.
class Search {
 public:
  Search() = default;
  virtual ~Search() = default;
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;

  /// For each picture of `features` (I,L,D), of each encoder of the model, the sentences that were
  /// found, the best first; never none. `numbers` (I) name the pictures, and with them what is
  /// drawn: a picture's sentences do not depend on what is searched beside it; empty: 0, 1, ...
  /// Throws ModelError where no word has a probability, which is when features or weights are not
  /// finite.
  virtual std::vector<std::vector<Caption>> run(StepModel& model, std::span<const Tensor> features,
                                                std::span<const uint64_t> numbers = {}) const = 0;
};

class SearchObserver;

using LogitFilters = std::vector<std::shared_ptr<const LogitFilter>>;

/// What a search is held to beside its options.
struct SearchDemands {
  LogitFilters filters = {};          ///< beside those that the options ask for
  std::vector<Constraint> must = {};  ///< what every sentence has to hold, if it can be
  /// Null: without the filters of the options that need to know what words mean.
  const Vocabulary* vocabulary = nullptr;
  SearchObserver* observer = nullptr;  ///< is told every step; outlives the search; null: nobody is
};
/// All filters that a search asks: those of the options, and those of the demands.
LogitFilters filters_of(const SearchOptions& options, const SearchDemands& demands);
/// A beam search, or draws where the options ask for those.
/// Throws UsageError where there is more that must be said than a search can follow, or where
/// draws or groups are asked for as well.
std::unique_ptr<Search> make_search(const SearchOptions& options, SearchDemands demands = {});

/// For each picture as many of the best sentences as the options ask for. Throws what make_search
/// and Search::run throw.
std::vector<std::vector<Caption>> best_found(StepModel& model, std::span<const Tensor> features,
                                             const SearchOptions& options,
                                             std::span<const uint64_t> numbers,
                                             SearchDemands demands);

/// The best sentence for each picture of features (I,L,D), without a vocabulary. The decoder must
/// be refreshed. Throws what Search::run throws.
std::vector<Caption> best_captions(Decoder& decoder, const Tensor& features,
                                   const SearchOptions& options);

}  // namespace storyteller
