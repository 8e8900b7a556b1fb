#pragma once

#include <vector>

#include "model/search/constraints.h"
#include "model/search/search.h"

namespace storyteller {

/// Beam search (Graves 2012; Sutskever 2014) over all pictures at once, and diverse beam search
/// (Vijayakumar et al., 2018), which is that in several groups.
///
/// At each step the best beam - f continuations of a picture's live hypotheses are kept, f counting
/// those that have ended; a continuation by <end> ends its hypothesis. Ties go to the better
/// hypothesis, then to the lower word id. Of the ended hypotheses the best score comes first; where
/// none ended within max_words, the most probable one is cut. Probabilities are those among the
/// words that the filters leave.
///
/// Constrained beam search (Anderson et al., 2017, "Guided Open Vocabulary Image Captioning with
/// Constrained Beam Search"): of hypotheses in each state of the constraints' automaton the best
/// `beam` are kept, in one order, so that one that meets a constraint need not be as probable as
/// those that do not. It ends when enough sentences that meet all constraints have ended; where
/// none does so within max_words, those that meet the most are handed out.
///
/// Each group is a beam of its own; at every step the groups choose one after the other, and what a
/// group says costs those behind it (model/search/diversity.h). Sentences are compared within a
/// group by their sums less the costs; scores are handed out without them. The best of every group
/// come first, then the second ones; the first group is a plain beam search.
class BeamSearch final : public Search {
 public:
  BeamSearch(const SearchOptions& options, LogitFilters filters,
             std::span<const Constraint> must = {}, SearchObserver* observer = nullptr);

  std::vector<std::vector<Caption>> run(StepModel& model, std::span<const Tensor> features,
                                        std::span<const uint64_t> numbers) const override;

 private:
  SearchOptions options_;
  LogitFilters filters_;
  ConstraintAutomaton automaton_;
  /// Words that lead elsewhere than others from some state of the automaton; with one state, none.
  std::vector<int32_t> wanted_;
  SearchObserver* observer_;  // null: nobody watches
};

}  // namespace storyteller
