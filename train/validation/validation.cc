#include "train/validation/validation.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "core/error.h"

namespace storyteller {
namespace {

using Progress = std::function<void(size_t, size_t)>;

/// Features of each source and the pictures' numbers -> what is said about each picture.
using Describe =
    std::function<std::vector<Description>(std::span<const Tensor>, std::span<const uint64_t>)>;

/// Hands the captions of picture after picture to `take`, a single empty one where it cannot be
/// read.
void caption_each(std::span<FeatureSource* const> sources, size_t total, const Describe& describe,
                  const Progress& progress, size_t* unusable,
                  const std::function<void(Description)>& take) {
  constexpr size_t kBatch = 32;
  const auto batches = all_in_batches(total, kBatch);
  for (FeatureSource* source : sources) source->expect(batches, 0);
  size_t bad = 0, done = 0;
  for (const auto& batch : batches) {
    Tape tape(Tape::Mode::kInfer);
    std::vector<Tensor> features;
    for (FeatureSource* source : sources) features.push_back(source->next(tape, batch).value());
    const std::vector<uint64_t> numbers(batch.begin(), batch.end());
    auto found = describe(features, numbers);
    for (size_t i = 0; i < batch.size(); ++i) {
      const bool usable = sources[0]->usable(i);
      bad += usable ? 0 : 1;
      take(usable ? std::move(found[i]) : Description{std::vector<Caption>(1)});
    }
    done += batch.size();
    if (progress) progress(done, total);
  }
  if (unusable != nullptr) {
    *unusable = bad;
  } else if (total > 0 && bad == total) {
    throw InputError("not one of the " + std::to_string(total) +
                     " pictures to caption could be read; 'storyteller data verify' says why");
  }
}

std::unique_ptr<FeatureSource> source_of(Captioner& captioner, const Dataset& dataset,
                                         const FeatureCache* cache, BadPictures& bad) {
  if (cache == nullptr) return std::make_unique<EncodedPictures>(dataset, captioner, 1, bad);
  return std::make_unique<CachedFeatures>(CachedViews{.plain = cache}, captioner, nullptr);
}

size_t pictures_of(const Dataset& dataset, size_t images) {
  return images == 0 ? dataset.size() : std::min(images, dataset.size());
}

}  // namespace

std::vector<Caption> caption_pictures(Captioner& captioner, FeatureSource& source, size_t total,
                                      const SearchOptions& search, const Progress& progress,
                                      size_t* unusable) {
  std::vector<Caption> captions;
  captions.reserve(total);
  FeatureSource* const sources[] = {&source};
  const auto describe = [&](std::span<const Tensor> features, std::span<const uint64_t> numbers) {
    std::vector<Description> found;
    for (std::vector<Caption>& of : captioner.captions(features[0], search, numbers)) {
      found.push_back(Description{std::move(of)});
    }
    return found;
  };
  caption_each(sources, total, describe, progress, unusable,
               [&](Description found) { captions.push_back(std::move(found.captions.front())); });
  return captions;
}

std::vector<Caption> caption_dataset(Captioner& captioner, const Dataset& dataset,
                                     const FeatureCache* cache, const SearchOptions& search,
                                     size_t images, BadPictures& bad, const Progress& progress) {
  const auto source = source_of(captioner, dataset, cache, bad);
  return caption_pictures(captioner, *source, pictures_of(dataset, images), search, progress);
}

std::vector<std::vector<Caption>> caption_sets(
    const Captioning& captioning, const Dataset& dataset,
    std::span<const std::unique_ptr<FeatureCache>> caches, BadPictures& bad,
    const Progress& progress, std::vector<Assessment>* assessments) {
  std::vector<std::unique_ptr<FeatureSource>> owned;
  std::vector<FeatureSource*> sources;
  for (size_t e = 0; e < captioning.models.encoders().size(); ++e) {
    owned.push_back(source_of(*captioning.models.encoders()[e], dataset, caches[e].get(), bad));
    sources.push_back(owned.back().get());
  }
  const auto all = [&](std::span<const Tensor> features, std::span<const uint64_t> numbers) {
    return describe(captioning, features, numbers);
  };
  std::vector<std::vector<Caption>> sets;
  caption_each(sources, dataset.size(), all, progress, nullptr, [&](Description found) {
    for (size_t i = 1; i < found.captions.size(); ++i) found.captions[i].alpha = {};
    sets.push_back(std::move(found.captions));
    if (assessments != nullptr) assessments->push_back(found.assessment);
  });
  return sets;
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
