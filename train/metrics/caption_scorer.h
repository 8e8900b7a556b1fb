#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "train/metrics/metric_scorer.h"
#include "train/metrics/spice/spice_counts.h"

namespace storyteller {

/// Scores of many hypotheses. BLEU and METEOR come from summed counts, the others are means.
struct CaptionScores : MetricScores {
  size_t distinct_captions = 0;    ///< different token sequences among the hypotheses
  std::vector<MetricScores> each;  ///< [hypothesis]
  /// SPICE's tuples of every hypothesis, and the scores by category; empty where SPICE was not
  /// asked for.
  std::vector<SpiceCounts> spice_counts;
  std::optional<SpiceScores> spice_categories;
  /// SPICE comes from tuples of the original tool (set_imported_spice) and is not SPICE-native.
  bool spice_imported = false;
};

/// A caption to be scored against the references of one image.
struct Hypothesis {
  size_t image = 0;  ///< below CaptionScorer::images()
  Tokens tokens;
};

/// The references of many images, prepared once for all metrics, and the only way to score captions
/// against them: a whole set with score_all, single captions (rewards) with score, in
/// microseconds. Const and thread-safe.
///
///   const CaptionScorer scorer(ptb_tokenize_references(references), {.metrics = kQuickMetrics});
///   const double reward = scorer.score(image, ptb_tokenize(caption))["cider"];
class CaptionScorer {
 public:
  /// Throws InputError if there is no image, an image without references, or no WordNet for METEOR
  /// or SPICE.
  explicit CaptionScorer(const TokenizedReferences& references, const ScorerOptions& options = {});

  size_t images() const { return references_.images(); }
  MetricSet metrics() const { return options_.metrics; }
  const PreparedReferences& references() const { return references_; }

  /// Throws InternalError if `image` is not below images().
  MetricScores score(size_t image, const Tokens& hypothesis) const;

  /// The score of all captions of an image together (MetricScorer::score_together); nothing where
  /// the metric was not asked for, or has no such score.
  std::optional<double> score_together(Metric metric, size_t image,
                                       const std::vector<Tokens>& captions) const;

  /// Any number of hypotheses for any images. No hypotheses at all are an InputError.
  CaptionScores score_hypotheses(const std::vector<Hypothesis>& hypotheses) const;
  /// The common case: hypotheses[i] is that of image i; another number of them than images() is an
  /// InputError.
  CaptionScores score_all(const std::vector<Tokens>& hypotheses) const;

 private:
  /// A metric that was asked for, and where its numbers stand among those of all.
  struct Part {
    std::shared_ptr<const MetricScorer> scorer;
    Metric metric;
    size_t first_column, columns;
    size_t first_statistic, statistics;
  };
  /// `statistics` are zeros, all parts'.
  MetricScores score_counted(size_t image, const Tokens& hypothesis,
                             std::span<double> statistics) const;

  ScorerOptions options_;
  PreparedReferences references_;
  std::vector<Part> parts_;
  size_t statistics_ = 0;  // of all parts
};

/// Puts SPICE of imported tuples in the place of SPICE-native: counts[i] is about hypothesis i.
/// Another number of them than hypotheses is an InternalError.
void set_imported_spice(std::vector<SpiceCounts> counts, CaptionScores& scores);

/// ptb_tokenize over many captions. `threads` as above.
std::vector<Tokens> ptb_tokenize_all(const std::vector<std::string>& captions, int threads = 0);
/// The same for references, [image][reference].
TokenizedReferences ptb_tokenize_references(const std::vector<std::vector<std::string>>& references,
                                            int threads = 0);

/// Number of different captions, by their tokens.
size_t count_distinct_captions(const std::vector<Tokens>& captions);

}  // namespace storyteller
