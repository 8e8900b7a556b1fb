#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

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

  /// For each picture of `features` (I,L,D) the sentences that were found, the best first; never
  /// none. `numbers` (I) name the pictures, and with them what is drawn: a picture's sentences do
  /// not depend on what is searched beside it; empty: 0, 1, ... Throws ModelError where no word has
  /// a probability, which is when features or weights are not finite.
  virtual std::vector<std::vector<Caption>> run(StepModel& model, const Tensor& features,
                                                std::span<const uint64_t> numbers = {}) const = 0;
};

/// Whether a word may be said is a matter of the filters that options ask for, and of `extra` ones.
using LogitFilters = std::vector<std::shared_ptr<const LogitFilter>>;
/// A beam search, or draws where the options ask for those.
/// Without a vocabulary there are no filters that need to know what words mean.
std::unique_ptr<Search> make_search(const SearchOptions& options, LogitFilters extra = {},
                                    const Vocabulary* vocabulary = nullptr);

/// The best sentence for each picture of features (I,L,D), without a vocabulary. The decoder must
/// be refreshed. Throws what Search::run throws.
std::vector<Caption> best_captions(Decoder& decoder, const Tensor& features,
                                   const SearchOptions& options);

}  // namespace storyteller
