#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "train/metrics/spice/memo_table.h"
#include "train/metrics/spice/tag_set.h"
#include "train/metrics/wordnet/wordnet.h"

namespace storyteller::spice {

/// What one element of a tuple means: words that were found to be one, and their synonym sets. Two
/// concepts are similar if they share a word or a synonym set.
struct Concept {
  std::vector<std::string> lemmas;  ///< sorted, at least one
  std::vector<uint64_t> synsets;    ///< sorted; part of speech above the offset in WordNet
};
bool similar(const Concept& a, const Concept& b);
using SharedConcept = std::shared_ptr<const Concept>;  // never null
/// Words and synonym sets of both.
SharedConcept merged(const Concept& a, const Concept& b);
/// "donut/doughnut", as the original tool prints merged concepts.
std::string name_of(const Concept& meaning);

/// What SPICE asks of WordNet. Immutable, thread-safe.
class Thesaurus {
 public:
  explicit Thesaurus(std::shared_ptr<const WordNet> wordnet);

  /// The dictionary form of a tagged word, lower case: plurals lose their ending, verbs become
  /// infinitives; the word itself for all other parts of speech.
  std::string lemma(std::string_view word, Tag tag) const;

  /// A concept of one lemma or of several separated by '/'. Its synonym sets are those of each
  /// lemma in every part of speech, and of what WordNet's rules of detachment make of it, also
  /// across parts of speech (skier -> ski), as the METEOR dictionary does that the original uses.
  SharedConcept concept_of(std::string_view lemmas) const;

 private:
  std::string make_lemma(std::string_view word, bool plural) const;
  Concept make_concept(std::string_view lemmas) const;
  void add_synsets(std::string_view lemma, std::vector<uint64_t>& synsets) const;

  std::shared_ptr<const WordNet> wordnet_;
  MemoTable<std::string> singulars_, infinitives_;
  MemoTable<SharedConcept> concepts_;
};

}  // namespace storyteller::spice
