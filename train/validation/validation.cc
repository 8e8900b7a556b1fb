#include "train/validation/validation.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/error.h"

namespace storyteller {

std::vector<Caption> caption_pictures(Captioner& captioner, FeatureSource& source, size_t total,
                                      const SearchOptions& search,
                                      const std::function<void(size_t, size_t)>& progress,
                                      size_t* unusable) {
  constexpr size_t kBatch = 32;
  const auto batches = all_in_batches(total, kBatch);
  source.expect(batches, 0);
  std::vector<Caption> captions;
  captions.reserve(total);
  size_t bad = 0;
  for (const auto& batch : batches) {
    Tape tape(Tape::Mode::kInfer);
    const Tensor features = source.next(tape, batch).value();
    const std::vector<uint64_t> numbers(batch.begin(), batch.end());
    auto found = captioner.caption(features, search, numbers);
    for (size_t i = 0; i < batch.size(); ++i) {
      bad += source.usable(i) ? 0 : 1;
      captions.push_back(source.usable(i) ? std::move(found[i]) : Caption{});
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

std::vector<Caption> caption_dataset(Captioner& captioner, const Dataset& dataset,
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

TokenizedReferences references_of(const CaptionCorpus& corpus, size_t pictures) {
  TokenizedReferences references;
  references.reserve(pictures);
  for (size_t i = 0; i < pictures; ++i) references.push_back(corpus.of_image(i));
  return references;
}

std::vector<Tokens> words_of(const Captioner& captioner, const std::vector<Caption>& captions) {
  std::vector<Tokens> words;
  words.reserve(captions.size());
  for (const Caption& caption : captions) {
    words.push_back(captioner.vocabulary().decode(caption.words));
  }
  return words;
}

CaptionScores score_against(const Captioner& captioner, const std::vector<Caption>& captions,
                            const CaptionCorpus& references, const ScorerOptions& options) {
  return CaptionScorer(references_of(references, captions.size()), options)
      .score_all(words_of(captioner, captions));
}

}  // namespace storyteller
