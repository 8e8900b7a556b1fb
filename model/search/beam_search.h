#pragma once

#include <vector>

#include "model/search/search.h"

namespace storyteller {

/// Beam search (Graves 2012; Sutskever 2014) over all pictures at once.
///
/// At each step the best beam - f continuations of a picture's live hypotheses are kept, f counting
/// those that have ended; a continuation by <end> ends its hypothesis. Ties go to the better
/// hypothesis, then to the lower word id. Of the ended hypotheses the best score comes first; where
/// none ended within max_words, the most probable one is cut. Probabilities are those among the
/// words that the filters leave.
class BeamSearch final : public Search {
 public:
  BeamSearch(const SearchOptions& options, LogitFilters filters);

  std::vector<std::vector<Caption>> run(StepModel& model, const Tensor& features) const override;

 private:
  SearchOptions options_;
  LogitFilters filters_;
};

}  // namespace storyteller
