#include "train/metrics/sets/set_report.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace storyteller {
namespace {

/// [image] which hypotheses are its own.
std::vector<std::vector<size_t>> by_image(const std::vector<Hypothesis>& hypotheses,
                                          size_t images) {
  std::vector<std::vector<size_t>> out(images);
  for (size_t i = 0; i < hypotheses.size(); ++i) out[hypotheses[i].image].push_back(i);
  return out;
}

/// The mean of what is there; NaN of nothing.
class Mean {
 public:
  void add(double x) {
    if (std::isnan(x)) return;
    sum_ += x;
    ++count_;
  }
  double value() const { return count_ > 0 ? sum_ / count_ : MetricScores::kNone; }

 private:
  double sum_ = 0, count_ = 0;
};

SetSpread spread_of(const std::vector<std::vector<size_t>>& sets, const CaptionScores& scores) {
  SetSpread out;
  for (const ScoreColumn& column : score_columns()) {
    Mean first, average, oracle;
    for (const std::vector<size_t>& set : sets) {
      if (set.empty()) continue;
      Mean of_picture;
      double best = MetricScores::kNone;
      for (const size_t i : set) {
        const double score = column.of(scores.each[i]);
        of_picture.add(score);
        const bool better = column.greater_is_better ? score > best : score < best;
        if (std::isnan(best) || better) best = score;
      }
      first.add(column.of(scores.each[set.front()]));
      average.add(of_picture.value());
      oracle.add(best);
    }
    out.first.set(column.key, first.value());
    out.average.set(column.key, average.value());
    out.oracle.set(column.key, oracle.value());
  }
  return out;
}

}  // namespace

SetReport make_set_report(const std::vector<Hypothesis>& hypotheses,
                          const TokenizedReferences& references, const CaptionScorer& scorer,
                          const CaptionScores& scores, const SeenCaptions* training, int threads) {
  if (hypotheses.empty()) throw InputError("captions cannot be measured: there are none");
  const auto sets = by_image(hypotheses, references.size());
  std::vector<std::vector<Tokens>> said(sets.size()), people(sets.size());
  SetReport report;
  report.pictures = sets.size();
  report.captions = hypotheses.size();
  report.fewest = sets.front().size();
  for (size_t i = 0; i < sets.size(); ++i) {
    for (const size_t h : sets[i]) said[i].push_back(hypotheses[h].tokens);
    const size_t count = std::min(sets[i].size(), references[i].size());
    people[i].assign(references[i].begin(), references[i].begin() + static_cast<ptrdiff_t>(count));
    report.fewest = std::min(report.fewest, sets[i].size());
    report.most = std::max(report.most, sets[i].size());
  }
  const DocumentFrequencies& frequencies = *scorer.references().frequencies();
  const CaptionSets counted = count_sets(
      said, {.frequencies = frequencies, .training = training, .scorer = &scorer}, threads);
  report.distinct_captions = counted.all.distinct_captions;
  report.several = counted.several();
  report.documents = counted.documents;
  report.measures = measure_sets(counted);
  const CaptionSets of_people =
      count_sets(people, {.frequencies = frequencies, .training = training}, threads);
  report.people_several = of_people.several();
  report.people = measure_sets(of_people);
  if (report.several > 0) report.spread = spread_of(sets, scores);
  return report;
}

}  // namespace storyteller
