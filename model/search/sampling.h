#pragma once

#include <vector>

#include "model/search/search.h"

namespace storyteller {

/// Draws sentences word by word from what the model says, tempered and truncated as the options
/// have it (kernels/filter_logits.h): options.sample for each picture, the most probable first,
/// each by itself, so that some may be alike.
///
/// The log-probability of a sentence is that at temperature 1 among the words that the filters
/// leave, before the truncation. What is drawn depends on the seed, the number of the picture, the
/// number of the sentence and the place of the word, and on nothing else.
class Sampling final : public Search {
 public:
  Sampling(const SearchOptions& options, LogitFilters filters, SearchObserver* observer = nullptr);

  std::vector<std::vector<Caption>> run(StepModel& model, std::span<const Tensor> features,
                                        std::span<const uint64_t> numbers) const override;

 private:
  SearchOptions options_;
  LogitFilters filters_;
  SearchObserver* observer_;  // null: nobody watches
};

}  // namespace storyteller
