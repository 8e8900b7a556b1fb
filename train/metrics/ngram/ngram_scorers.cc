// BLEU, ROUGE-L and CIDEr as rows of the table of metrics: they read the prepared references alone.
#include <algorithm>
#include <memory>

#include "train/metrics/metric_scorer.h"
#include "train/metrics/ngram/bleu.h"
#include "train/metrics/ngram/cider.h"
#include "train/metrics/ngram/rouge.h"

namespace storyteller {
namespace {

class BleuScorer : public MetricScorer {
 public:
  void score(const ScoredCaption& caption, std::span<double> columns,
             std::span<double> statistics) const override {
    const BleuStatistics counts =
        bleu_statistics(caption.references, caption.image, caption.prepared);
    std::ranges::copy(bleu(counts), columns.begin());
    for (size_t n = 0; n < kMaxOrder; ++n) {
      statistics[n] = static_cast<double>(counts.correct[n]);
      statistics[kMaxOrder + n] = static_cast<double>(counts.guess[n]);
    }
    statistics[kLength] = static_cast<double>(counts.length);
    statistics[kLength + 1] = static_cast<double>(counts.reference_length);
  }
  size_t statistics() const override { return kLength + 2; }
  void score_set(std::span<const double> sums, std::span<double> columns) const override {
    const auto count = [&](size_t i) { return static_cast<uint64_t>(sums[i]); };
    BleuStatistics counts{.length = count(kLength), .reference_length = count(kLength + 1)};
    for (size_t n = 0; n < kMaxOrder; ++n) {
      counts.correct[n] = count(n);
      counts.guess[n] = count(kMaxOrder + n);
    }
    std::ranges::copy(bleu(counts), columns.begin());
  }

 private:
  static constexpr size_t kLength = 2 * size_t{kMaxOrder};
};

using NgramMetric = double(const PreparedReferences&, size_t, const PreparedCaption&);

/// What is a mean over captions.
template <NgramMetric metric>
class MeanScorer : public MetricScorer {
 public:
  void score(const ScoredCaption& caption, std::span<double> columns,
             std::span<double> /*statistics*/) const override {
    columns[0] = metric(caption.references, caption.image, caption.prepared);
  }
};

}  // namespace

std::unique_ptr<MetricScorer> make_bleu(const TokenizedReferences&, const ScorerOptions&) {
  return std::make_unique<BleuScorer>();
}
std::unique_ptr<MetricScorer> make_rouge_l(const TokenizedReferences&, const ScorerOptions&) {
  return std::make_unique<MeanScorer<rouge_l>>();
}
std::unique_ptr<MetricScorer> make_cider(const TokenizedReferences&, const ScorerOptions&) {
  return std::make_unique<MeanScorer<cider_d>>();
}
std::unique_ptr<MetricScorer> make_plain_cider(const TokenizedReferences&, const ScorerOptions&) {
  return std::make_unique<MeanScorer<cider>>();
}

}  // namespace storyteller
