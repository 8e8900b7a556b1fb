#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "model/captioner.h"
#include "model/captioning.h"
#include "train/data/caption_corpus.h"
#include "train/data/dataset.h"
#include "train/features/feature_cache.h"
#include "train/features/feature_source.h"
#include "train/metrics/caption_scorer.h"

namespace storyteller {

/// Captions the first `total` pictures of a split, whose features `source` gives. Pictures that
/// cannot be decoded get an empty caption; `unusable` receives their number, and where that is
/// null, InputError is thrown if it is all of them. `progress(done, total)` may be empty.
std::vector<Caption> caption_pictures(Captioner& captioner, FeatureSource& source, size_t total,
                                      const SearchOptions& search,
                                      const std::function<void(size_t, size_t)>& progress = {},
                                      size_t* unusable = nullptr);

/// Captions every picture of a split, [picture][caption]: all that are wanted, the best first; of
/// the others it keeps no attention. A picture that cannot be decoded gets one empty caption.
/// caches[e] are features of captioning.models.encoders()[e]; null: it decodes and encodes.
/// `assessments` gets how sure the model is of the first of each, and may be null. The rest is as
/// caption_dataset has it.
std::vector<std::vector<Caption>> caption_sets(
    const Captioning& captioning, const Dataset& dataset,
    std::span<const std::unique_ptr<FeatureCache>> caches, BadPictures& bad,
    const std::function<void(size_t, size_t)>& progress = {},
    std::vector<Assessment>* assessments = nullptr);

/// The best caption of every picture of a split: from a feature cache, or by decoding and encoding
/// when `cache` is null. Pictures that cannot be decoded get an empty caption. `images`: how many,
/// from the first; 0: all. `progress(done, total)` may be empty.
std::vector<Caption> caption_dataset(Captioner& captioner, const Dataset& dataset,
                                     const FeatureCache* cache, const SearchOptions& search,
                                     size_t images, BadPictures& bad,
                                     const std::function<void(size_t, size_t)>& progress = {});

/// The references of the first pictures of a split.
TokenizedReferences references_of(const CaptionCorpus& corpus, size_t pictures);
/// The words of captions.
std::vector<Tokens> words_of(const Captioner& captioner, const std::vector<Caption>& captions);

/// Scores captions of the first captions.size() pictures against all their references.
CaptionScores score_against(const Captioner& captioner, const std::vector<Caption>& captions,
                            const CaptionCorpus& references, const ScorerOptions& options);

}  // namespace storyteller
