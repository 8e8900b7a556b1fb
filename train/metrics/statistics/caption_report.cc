#include "train/metrics/statistics/caption_report.h"

#include <algorithm>

namespace storyteller {

CaptionReport make_caption_report(const std::vector<Hypothesis>& hypotheses,
                                  const TokenizedReferences& references,
                                  const DocumentFrequencies& frequencies,
                                  const std::vector<Tokens>* training, int threads) {
  CaptionReport report;
  std::vector<std::vector<Tokens>> samples(references.size()), people(references.size());
  std::vector<Tokens> ours, theirs;
  for (const Hypothesis& hypothesis : hypotheses) {
    ours.push_back(hypothesis.tokens);
    samples[hypothesis.image].push_back(hypothesis.tokens);
  }
  for (size_t i = 0; i < references.size(); ++i) {
    const size_t count = std::min(samples[i].size(), references[i].size());
    people[i].assign(references[i].begin(), references[i].begin() + static_cast<ptrdiff_t>(count));
    theirs.insert(theirs.end(), people[i].begin(), people[i].end());
  }
  report.captions = caption_statistics(ours);
  report.people = caption_statistics(theirs);
  if (training != nullptr) {
    report.unseen = share_unseen(ours, *training);
    report.people_unseen = share_unseen(theirs, *training);
  }
  report.samples = sample_diversity(samples, frequencies, threads);
  report.people_samples = sample_diversity(people, frequencies, threads);
  report.bias = gender_bias(hypotheses, references);
  return report;
}

}  // namespace storyteller
