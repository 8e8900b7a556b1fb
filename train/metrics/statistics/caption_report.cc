#include "train/metrics/statistics/caption_report.h"

#include <algorithm>

namespace storyteller {

CaptionReport make_caption_report(const std::vector<Hypothesis>& hypotheses,
                                  const TokenizedReferences& references,
                                  const SeenCaptions* training) {
  CaptionReport report;
  std::vector<size_t> said(references.size());  // [image] hypotheses
  std::vector<Tokens> ours, theirs;
  for (const Hypothesis& hypothesis : hypotheses) {
    ours.push_back(hypothesis.tokens);
    ++said[hypothesis.image];
  }
  for (size_t i = 0; i < references.size(); ++i) {
    const size_t count = std::min(said[i], references[i].size());
    theirs.insert(theirs.end(), references[i].begin(),
                  references[i].begin() + static_cast<ptrdiff_t>(count));
  }
  report.captions = caption_statistics(ours);
  report.people = caption_statistics(theirs);
  if (training != nullptr) {
    report.unseen = share_unseen(ours, *training);
    report.people_unseen = share_unseen(theirs, *training);
  }
  report.bias = gender_bias(hypotheses, references);
  return report;
}

}  // namespace storyteller
