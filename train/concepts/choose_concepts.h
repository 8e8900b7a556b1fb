#pragma once

#include "model/concepts/concept_table.h"
#include "train/data/caption_corpus.h"

namespace storyteller {

/// The content words that captions of the most pictures use, a word and its plural counting as one
/// and named by the more frequent of the two; ties go to the word of lower id. `count` at most.
/// Throws UsageError that names `concepts` where the vocabulary holds no content word.
ConceptTable choose_concepts(const CaptionCorpus& corpus, const Vocabulary& vocabulary, int count);

}  // namespace storyteller
