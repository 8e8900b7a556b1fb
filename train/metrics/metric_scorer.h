#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "train/metrics/ngram/references.h"
#include "train/metrics/table.h"

namespace storyteller {

class MeteorResources;
class SpiceModel;
class StatementCounts;

struct ScorerOptions {
  MetricSet metrics = kQuickMetrics;
  /// CIDEr's document frequencies; null: those of the references that are scored against.
  std::shared_ptr<const DocumentFrequencies> frequencies = nullptr;
  /// METEOR's; null: default_meteor_resources(), where METEOR is wanted.
  std::shared_ptr<const MeteorResources> meteor = nullptr;
  /// SPICE's; null: default_spice_model(), where SPICE is wanted.
  std::shared_ptr<const SpiceModel> spice = nullptr;
  /// What people say of things, for the share of attested statements; null: what the references
  /// say.
  std::shared_ptr<const StatementCounts> statements = nullptr;
  /// For preparing references and for score_all; 0: one per core. No score depends on it, not in
  /// one bit.
  int threads = 0;
};

/// A caption that is to be scored, and what all metrics share of its image's references.
struct ScoredCaption {
  const PreparedReferences& references;
  size_t image;
  const PreparedCaption& prepared;
  const Tokens& tokens;
};

/// One metric over the references of a set. Const and thread-safe.
class MetricScorer {
 public:
  virtual ~MetricScorer() = default;
  /// Writes the caption's score into each of the metric's columns, and what the score of a whole
  /// set is made of into `statistics`, which are statistics() zeros.
  virtual void score(const ScoredCaption& caption, std::span<double> columns,
                     std::span<double> statistics) const = 0;
  /// How many numbers are summed over a set, in the order of its captions. 0: the score of a set is
  /// the mean of those of its captions.
  virtual size_t statistics() const { return 0; }
  /// Writes the scores of a set, given the sums. Called where there are statistics.
  virtual void score_set(std::span<const double> /*sums*/, std::span<double> /*columns*/) const {}
  /// The score of all captions of an image together, as of one statement; nothing: of this metric
  /// there is no such score.
  virtual std::optional<double> score_together(size_t /*image*/,
                                               const std::vector<Tokens>& /*captions*/) const {
    return std::nullopt;
  }
};

/// METEOR's own data in the folder that the environment names as STORYTELLER_METEOR; else WordNet's
/// synonym sets. Read once, then shared. Throws InputError that says what to install.
std::shared_ptr<const MeteorResources> default_meteor_resources();

/// The built-in tagger and parser with the WordNet of default_wordnet_folder(). Read once, then
/// shared. Throws InputError that says what to install.
std::shared_ptr<const SpiceModel> default_spice_model();

/// Makes a metric's scorer of the references, tokenised; null resources are read from where
/// ScorerOptions says.
using MakeMetricScorer = std::unique_ptr<MetricScorer>(const TokenizedReferences& references,
                                                       const ScorerOptions& options);

}  // namespace storyteller
