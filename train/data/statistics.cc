#include "train/data/statistics.h"

#include <algorithm>
#include <vector>

#include "train/data/caption_corpus.h"

namespace storyteller {

DatasetStatistics statistics_of(const Dataset& dataset) {
  constexpr size_t kFrequent = 5;
  const CaptionCorpus corpus(dataset);
  DatasetStatistics found{
      .pictures = dataset.size(), .captions = corpus.size(), .without_words = corpus.dropped()};
  size_t known = 0;
  for (const WordCount& entry : corpus.word_counts()) {
    ++found.distinct;
    found.words += entry.count;
    if (entry.count < kFrequent) continue;
    ++found.frequent;
    known += entry.count;
  }
  if (found.words > 0) {
    found.known_share = static_cast<double>(known) / static_cast<double>(found.words);
  }
  std::vector<uint32_t> lengths;
  for (size_t c = 0; c < corpus.size(); ++c) {
    lengths.push_back(static_cast<uint32_t>(corpus.length(c)));
  }
  std::sort(lengths.begin(), lengths.end());
  if (!lengths.empty()) {
    found.mean_length = static_cast<double>(found.words) / static_cast<double>(lengths.size());
    found.median = lengths[lengths.size() / 2];
    found.percentile_95 = lengths[lengths.size() * 95 / 100];
    found.longest = lengths.back();
  }
  found.fewest_captions = dataset.size() == 0 ? 0 : corpus.captions_of(0);
  for (size_t i = 0; i < dataset.size(); ++i) {
    found.fewest_captions = std::min(found.fewest_captions, corpus.captions_of(i));
    found.most_captions = std::max(found.most_captions, corpus.captions_of(i));
  }
  return found;
}

}  // namespace storyteller
