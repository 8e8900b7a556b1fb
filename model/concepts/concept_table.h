#pragma once

#include <string>
#include <vector>

#include "model/vocabulary.h"

namespace storyteller {

/// The concepts of a model: words for what may be seen in a picture, each standing for its plural
/// too. Kept in the model file.
struct ConceptTable {
  std::vector<std::string> words;  ///< (K) of the model's vocabulary, the most frequent first
  /// For each class of the encoder's own classifier the concepts that it is a kind of. Empty: the
  /// model has no classifier.
  std::vector<std::vector<int>> of_class = {};

  bool operator==(const ConceptTable&) const = default;
  size_t size() const { return words.size(); }
};

/// As model files keep it.
std::string to_json(const ConceptTable& table);
/// Throws ModelError naming `file` where it is damaged.
ConceptTable concept_table_from_json(const std::string& json, const std::string& file);

/// For each word of the vocabulary the concept that it names; negative: none.
std::vector<int> concepts_of_words(const ConceptTable& table, const Vocabulary& vocabulary);

}  // namespace storyteller
