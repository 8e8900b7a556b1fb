#pragma once

#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "train/metrics/meteor/meteor.h"
#include "train/metrics/metric.h"
#include "train/metrics/ngram/references.h"
#include "train/metrics/spice/spice.h"

namespace storyteller {

/// One number for every metric; NaN for those that were not asked for.
struct MetricScores {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  std::array<double, kMaxOrder> bleu = {kNone, kNone, kNone, kNone};  ///< BLEU-1..4, [0, 1]
  double rouge_l = kNone;                                             ///< [0, 1]
  double meteor = kNone;                                              ///< [0, 1]
  double cider = kNone;        ///< CIDEr-D, [0, 10]: what the literature reports as CIDEr
  double plain_cider = kNone;  ///< CIDEr without clipping and length penalty, [0, 10]
  double spice = kNone;        ///< SPICE-native, [0, 1]
};

/// A number of MetricScores under the names that files ("bleu_1") and people ("BLEU-1") use.
struct ScoreColumn {
  std::string key;
  std::string title;
  size_t index;  ///< of BLEU's order; else 0
  Metric metric;

  double of(const MetricScores& scores) const;
};
/// The columns of some metrics, in the order of reports.
std::vector<ScoreColumn> score_columns(MetricSet metrics);

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

struct ScorerOptions {
  MetricSet metrics = kQuickMetrics;
  /// CIDEr's document frequencies; null: those of the references that are scored against.
  std::shared_ptr<const DocumentFrequencies> frequencies = nullptr;
  /// METEOR's; null: default_meteor_resources(), where METEOR is wanted.
  std::shared_ptr<const MeteorResources> meteor = nullptr;
  /// SPICE's; null: default_spice_model(), where SPICE is wanted.
  std::shared_ptr<const SpiceModel> spice = nullptr;
  /// For preparing references and for score_all; 0: one per core. No score depends on it, not in
  /// one bit.
  int threads = 0;
};

/// The references of many images, prepared once for all metrics, and the only way to score captions
/// against them: a whole set with score_all, single captions (rewards) with score, in
/// microseconds. Const and thread-safe.
///
///   const CaptionScorer scorer(ptb_tokenize_references(references), {.metrics = kQuickMetrics});
///   const double reward = scorer.score(image, ptb_tokenize(caption)).cider;
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

  /// Any number of hypotheses for any images. No hypotheses at all are an InputError.
  CaptionScores score_hypotheses(const std::vector<Hypothesis>& hypotheses) const;
  /// The common case: hypotheses[i] is that of image i; another number of them than images() is an
  /// InputError.
  CaptionScores score_all(const std::vector<Tokens>& hypotheses) const;

 private:
  struct Counted;  // scores with what corpus scores sum over
  Counted score_counted(size_t image, const Tokens& hypothesis) const;

  ScorerOptions options_;
  PreparedReferences references_;
  std::optional<MeteorReferences> meteor_;
  std::optional<SpiceReferences> spice_;
};

/// METEOR's own data in the folder that the environment names as STORYTELLER_METEOR; else WordNet's
/// synonym sets. Read once, then shared. Throws InputError that says what to install.
std::shared_ptr<const MeteorResources> default_meteor_resources();

/// The built-in language model with the WordNet of default_wordnet_folder(). Read once, then
/// shared. Throws InputError that says what to install.
std::shared_ptr<const SpiceModel> default_spice_model();

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
