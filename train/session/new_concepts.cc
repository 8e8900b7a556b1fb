#include "train/session/new_concepts.h"

#include <algorithm>
#include <set>

#include "core/text/phrase.h"
#include "model/encoder/encoder.h"
#include "train/concepts/choose_concepts.h"
#include "train/concepts/imagenet_words.h"

namespace storyteller {
namespace {

int64_t feature_width(const ModelOptions& options) {
  Parameters declared;
  declared.add_group({.name = "encoder"});
  return make_encoder(options.encoder, declared,
                      encoder_options(options.encoder, options.encoder_choices))
      ->width();
}

std::string described(const ConceptTable& table) {
  std::string text = "concepts: " + counted(table.size(), "word", "words") + " (" +
                     table.words.front() + (table.size() > 1 ? ", " + table.words[1] : "") +
                     (table.size() > 2 ? ", ..." : "") + ")";
  if (table.of_class.empty()) return text + "; the encoder brings no classifier";
  std::set<int> known;
  for (const auto& of_class : table.of_class) known.insert(of_class.begin(), of_class.end());
  return text + "; the encoder's classifier of " + std::to_string(table.of_class.size()) +
         " classes knows " + std::to_string(known.size()) + " of them";
}

}  // namespace

NewConcepts new_concepts(const ModelOptions& options, const CaptionCorpus& captions,
                         const Vocabulary& vocabulary, const WeightsFile* weights) {
  NewConcepts made;
  if (options.concepts.count == 0) return made;
  made.table = choose_concepts(captions, vocabulary, options.concepts.count);
  if (weights != nullptr) made.classifier = find_classifier(*weights, feature_width(options));
  if (made.classifier) {
    made.table.of_class =
        concepts_of_classes(made.table.words, vocabulary, made.classifier->classes);
  }
  made.message = described(made.table);
  return made;
}

}  // namespace storyteller
