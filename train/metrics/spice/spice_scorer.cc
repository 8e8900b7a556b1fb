// SPICE as a row of the table of metrics.
#include "train/metrics/spice/spice_scorer.h"

#include <memory>

#include "train/metrics/metric_scorer.h"

namespace storyteller {
namespace {

constexpr size_t kCounts = 3;  // of a category

class SpiceScorer : public MetricScorer {
 public:
  SpiceScorer(const TokenizedReferences& references, std::shared_ptr<const SpiceModel> model,
              int threads)
      : references_(references, std::move(model), threads) {}

  void score(const ScoredCaption& caption, std::span<double> columns,
             std::span<double> statistics) const override {
    const SpiceCounts counts = references_.score(caption.image, caption.tokens);
    columns[0] = counts.f1();
    auto at = statistics.begin();
    for (const SpiceCount& count : counts.categories) {
      for (const int64_t number : {count.matched, count.candidate_only, count.reference_only}) {
        *at++ = static_cast<double>(number);
      }
    }
  }
  /// AllSPICE.
  std::optional<double> score_together(size_t image,
                                       const std::vector<Tokens>& captions) const override {
    return references_.score_together(image, captions).f1();
  }
  /// Not to be summed: a set's scores are means over its images (spice_scores).
  size_t statistics() const override { return kSpiceCategories * kCounts; }

 private:
  SpiceReferences references_;
};

}  // namespace

std::unique_ptr<MetricScorer> make_spice(const TokenizedReferences& references,
                                         const ScorerOptions& options) {
  return std::make_unique<SpiceScorer>(
      references, options.spice ? options.spice : default_spice_model(), options.threads);
}

SpiceCounts spice_counts_of(std::span<const double> statistics) {
  SpiceCounts counts;
  for (size_t k = 0; k < kSpiceCategories; ++k) {
    const auto number = [&](size_t i) { return static_cast<int64_t>(statistics[k * kCounts + i]); };
    counts.categories[k] = {number(0), number(1), number(2)};
  }
  return counts;
}

std::shared_ptr<const SpiceModel> default_spice_model() {
  static const auto model =
      std::make_shared<const SpiceModel>(WordNet::shared(default_wordnet_folder()));
  return model;
}

}  // namespace storyteller
