#include "train/validation/validation.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/error.h"

namespace storyteller {

std::vector<FoundCaption> caption_pictures(Captioner& captioner, FeatureSource& source,
                                           size_t total, const SearchOptions& search,
                                           const std::function<void(size_t, size_t)>& progress,
                                           size_t* unusable) {
  constexpr size_t kBatch = 32;
  const auto batches = all_in_batches(total, kBatch);
  source.expect(batches, 0);
  std::vector<FoundCaption> captions;
  captions.reserve(total);
  size_t bad = 0;
  for (const auto& batch : batches) {
    Tape tape(Tape::Mode::kInfer);
    const Tensor features = source.next(tape, batch).value();
    auto found = captioner.caption(features, search);
    for (size_t i = 0; i < batch.size(); ++i) {
      bad += source.usable(i) ? 0 : 1;
      captions.push_back(source.usable(i) ? std::move(found[i]) : FoundCaption{});
    }
    if (progress) progress(captions.size(), total);
  }
  if (unusable != nullptr) {
    *unusable = bad;
  } else if (total > 0 && bad == total) {
    throw InputError("not one of the " + std::to_string(total) +
                     " pictures to caption could be read; 'storyteller data verify' says why");
  }
  return captions;
}

std::vector<FoundCaption> caption_dataset(Captioner& captioner, const Dataset& dataset,
                                          const FeatureCache* cache, const SearchOptions& search,
                                          size_t images, BadPictures& bad,
                                          const std::function<void(size_t, size_t)>& progress) {
  std::unique_ptr<FeatureSource> source;
  if (cache != nullptr) {
    source = std::make_unique<CachedFeatures>(CachedViews{.plain = cache}, captioner, nullptr);
  } else {
    source = std::make_unique<EncodedPictures>(dataset, captioner, 1, bad);
  }
  const size_t total = images == 0 ? dataset.size() : std::min(images, dataset.size());
  return caption_pictures(captioner, *source, total, search, progress);
}

CaptionScores score_against(const Captioner& captioner, const std::vector<FoundCaption>& captions,
                            const CaptionCorpus& references, const ScorerOptions& options) {
  TokenizedReferences expected;
  std::vector<Tokens> said;
  for (size_t i = 0; i < captions.size(); ++i) {
    const auto of_image = references.of_image(i);
    expected.emplace_back(of_image.begin(), of_image.end());
    said.push_back(captioner.vocabulary().decode(captions[i].words));
  }
  return CaptionScorer(expected, options).score_all(said);
}

}  // namespace storyteller
