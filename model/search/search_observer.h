#pragma once

#include <cstdint>
#include <span>

#include "core/ops/ops.h"
#include "model/search/hypothesis.h"

namespace storyteller {

/// Is told what a search does, step by step, to show it to people: what the network said, and what
/// was kept of it. A search that is watched finds what it finds alone.
class SearchObserver {
 public:
  SearchObserver() = default;
  virtual ~SearchObserver() = default;
  SearchObserver(const SearchObserver&) = delete;
  SearchObserver& operator=(const SearchObserver&) = delete;

  /// A step before anything is chosen, of all pictures and groups.
  struct Step {
    std::span<const HypothesisView> rows;  ///< the sentences that are to be continued
    /// (rows, at least V): of the next word, as the filters have changed it. To be read alone.
    const Tensor& logits;
    int64_t vocabulary;            ///< V
    const WordLists& barred;       ///< words that may not come next, by rows
    std::span<const float> gates;  ///< (rows) see StepModel::gates; empty: there is none
  };
  virtual void at_step(const Step& step) = 0;

  /// What a beam did with its rows of the step. Draws, which have no beam, tell nothing of that.
  struct Choice {
    int32_t image;                          ///< which of the pictures that are searched together
    int32_t group;                          ///< of a diverse beam search; else 0
    int64_t first_row;                      ///< of the step's; its rows are behind each other
    std::span<const Continuations> offers;  ///< [row of the beam]
    std::span<const TakenWord> taken;       ///< the best first; all others were dropped
  };
  virtual void at_choice(const Choice& choice) = 0;
};

}  // namespace storyteller
