#pragma once

#include <memory>
#include <vector>

#include "train/metrics/plausibility/statement_counts.h"

namespace storyteller {

/// Whether what a caption says is what people say of such things: common sense as far as it can be
/// counted. docs/metrics/plausibility.md. Const and thread-safe.
class Plausibility {
 public:
  /// @param counts of the training captions, best; never null.
  /// @param model null: default_spice_model(); InputError where there is none.
  explicit Plausibility(std::shared_ptr<const StatementCounts> counts,
                        std::shared_ptr<const SpiceModel> model = nullptr);

  /// In nats: the sum over the caption's statements of their typicality where that is below 0; so 0
  /// where nothing is less usual than by chance, or nothing is stated.
  double of(const Tokens& caption) const;

  /// The statements of a caption, and how many of them some caption of the counts makes as well.
  struct Attested {
    size_t statements = 0, attested = 0;
  };
  Attested attested(const Tokens& caption) const;

  /// Of each candidate: what a choice adds to their own scores.
  std::vector<double> of_all(const std::vector<Tokens>& candidates) const;

 private:
  std::shared_ptr<const StatementCounts> counts_;
  std::shared_ptr<const SpiceModel> model_;
};

}  // namespace storyteller
