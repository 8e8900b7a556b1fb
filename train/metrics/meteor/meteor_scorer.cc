// METEOR as a row of the table of metrics.
#include <memory>

#include "core/system/environment.h"
#include "train/metrics/meteor/meteor.h"
#include "train/metrics/metric_scorer.h"

namespace storyteller {
namespace {

/// Calls f with every count, in a fixed order.
template <class Statistics, class F>
void for_each_count(Statistics& statistics, F f) {
  for (auto* side : {&statistics.hypothesis, &statistics.reference}) {
    f(side->content);
    f(side->function);
    for (auto& count : side->matched_content) f(count);
    for (auto& count : side->matched_function) f(count);
  }
  f(statistics.chunks);
}

class MeteorScorer : public MetricScorer {
 public:
  MeteorScorer(const TokenizedReferences& references,
               std::shared_ptr<const MeteorResources> resources)
      : references_(references, std::move(resources)) {}

  void score(const ScoredCaption& caption, std::span<double> columns,
             std::span<double> statistics) const override {
    const MeteorStatistics counts = references_.statistics(caption.image, caption.tokens);
    columns[0] = meteor(counts);
    auto at = statistics.begin();
    for_each_count(counts, [&](const uint64_t& count) { *at++ = static_cast<double>(count); });
  }
  size_t statistics() const override { return 2 * (2 + 2 * meteor_parts::kStages) + 1; }
  void score_set(std::span<const double> sums, std::span<double> columns) const override {
    MeteorStatistics counts;
    auto at = sums.begin();
    for_each_count(counts, [&](uint64_t& count) { count = static_cast<uint64_t>(*at++); });
    columns[0] = meteor(counts);
  }

 private:
  MeteorReferences references_;
};

}  // namespace

std::unique_ptr<MetricScorer> make_meteor(const TokenizedReferences& references,
                                          const ScorerOptions& options) {
  return std::make_unique<MeteorScorer>(
      references, options.meteor ? options.meteor : default_meteor_resources());
}

std::shared_ptr<const MeteorResources> default_meteor_resources() {
  static const auto resources = [] {
    const std::string folder = environment("STORYTELLER_METEOR");
    return std::make_shared<const MeteorResources>(folder.empty() ? MeteorResources::from_wordnet()
                                                                  : MeteorResources::open(folder));
  }();
  return resources;
}

}  // namespace storyteller
