#pragma once

#include <optional>
#include <string>

#include "model/concepts/concept_table.h"
#include "model/encoder/classifier_weights.h"
#include "model/model_options.h"
#include "train/data/caption_corpus.h"

namespace storyteller {

/// The concepts of a new model, and the classifier that finds some of them.
struct NewConcepts {
  ConceptTable table = {};  ///< empty: the model asks for none
  std::optional<ClassifierWeights> classifier = std::nullopt;
  std::string message = {};  ///< what they are, a line; "" without
};

/// `weights`: the pretrained ones of the encoder; null: it has none. Throws as choose_concepts().
NewConcepts new_concepts(const ModelOptions& options, const CaptionCorpus& captions,
                         const Vocabulary& vocabulary, const WeightsFile* weights);

}  // namespace storyteller
