// The metric "attested": statements of captions that people made as well.
#include <memory>
#include <utility>

#include "train/metrics/metric_scorer.h"
#include "train/metrics/plausibility/plausibility.h"

namespace storyteller {
namespace {

/// Of a set the share of all its statements: in a mean over captions short ones would decide.
class AttestedScorer : public MetricScorer {
 public:
  explicit AttestedScorer(Plausibility plausibility) : plausibility_(std::move(plausibility)) {}

  void score(const ScoredCaption& caption, std::span<double> columns,
             std::span<double> statistics) const override {
    const Plausibility::Attested found = plausibility_.attested(caption.tokens);
    statistics[0] = static_cast<double>(found.attested);
    statistics[1] = static_cast<double>(found.statements);
    columns[0] = share(statistics);
  }
  size_t statistics() const override { return 2; }
  void score_set(std::span<const double> sums, std::span<double> columns) const override {
    columns[0] = share(sums);
  }

 private:
  static double share(std::span<const double> counts) {
    return counts[1] > 0 ? counts[0] / counts[1] : MetricScores::kNone;
  }

  Plausibility plausibility_;
};

}  // namespace

std::unique_ptr<MetricScorer> make_attested(const TokenizedReferences& references,
                                            const ScorerOptions& options) {
  auto model = options.spice != nullptr ? options.spice : default_spice_model();
  auto counts = options.statements;
  if (counts == nullptr) {
    counts = std::make_shared<const StatementCounts>(references, *model, options.threads);
  }
  return std::make_unique<AttestedScorer>(Plausibility(std::move(counts), std::move(model)));
}

}  // namespace storyteller
