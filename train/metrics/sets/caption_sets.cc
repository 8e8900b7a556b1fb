#include "train/metrics/sets/caption_sets.h"

#include <algorithm>

#include "core/system/parallel.h"
#include "train/metrics/sets/self_cider.h"

namespace storyteller {
namespace {

std::vector<BleuStatistics> each_against_others(const std::vector<Tokens>& captions) {
  std::vector<BleuStatistics> out;
  if (captions.size() < 2) return out;
  for (size_t i = 0; i < captions.size(); ++i) {
    std::vector<Tokens> others = captions;
    others.erase(others.begin() + static_cast<ptrdiff_t>(i));
    const PreparedReferences references(TokenizedReferences{std::move(others)});
    out.push_back(bleu_statistics(references, 0, references.prepare(captions[i])));
  }
  return out;
}

}  // namespace

size_t CaptionSets::several() const {
  return static_cast<size_t>(std::count_if(pictures.begin(), pictures.end(),
                                           [](const CaptionSet& set) { return set.several(); }));
}

CaptionSets count_sets(const std::vector<std::vector<Tokens>>& captions,
                       const SetReferences& references, int threads) {
  CaptionSets out;
  out.pictures.resize(captions.size());
  parallel_for(captions.size(), threads, [&](size_t i) {
    CaptionSet& set = out.pictures[i];
    set.captions = captions[i].size();
    set.distinct = count_distinct_words(captions[i]);
    set.against_others = each_against_others(captions[i]);
    set.self_cider = self_cider(captions[i], references.frequencies);
    if (references.scorer != nullptr && !captions[i].empty()) {
      set.all_spice = references.scorer->score_together(Metric::kSpice, i, captions[i]);
    }
  });
  std::vector<Tokens> all;
  for (const std::vector<Tokens>& set : captions) all.insert(all.end(), set.begin(), set.end());
  out.all = caption_statistics(all);
  out.documents = references.frequencies.documents();
  out.compared = references.scorer != nullptr;
  if (references.training != nullptr && !all.empty()) {
    out.unseen = share_unseen(all, *references.training);
    out.novel = share_novel(all, *references.training);
  }
  return out;
}

}  // namespace storyteller
