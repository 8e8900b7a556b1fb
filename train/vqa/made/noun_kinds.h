#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "train/metrics/wordnet/wordnet.h"
#include "train/metrics/wordnet/wordnet_relations.h"

namespace storyteller {

/// What kinds of things nouns name, by WordNet. Not thread-safe: it remembers what it looked up.
class NounKinds {
 public:
  /// Throws InputError where WordNet's index or data files are missing.
  explicit NounKinds(const std::filesystem::path& folder = default_wordnet_folder());

  /// "person", "animal", "vehicle", "furniture", "ball", ...; "" for what is none of the kinds that
  /// captions rarely leave out: clothes, parts of bodies and all that is no thing among them.
  std::string kind(const std::string& lemma);
  /// Whether a picture of the one may be a picture of the other: synonyms in some sense, or the one
  /// a kind of the other in their first senses; persons are never told apart.
  bool may_be(const std::string& a, const std::string& b);
  /// Whether it is worn: who is "in" it is nowhere.
  bool is_worn(const std::string& lemma) { return known(lemma).worn; }
  bool is_person(const std::string& lemma) { return kind(lemma) == "person"; }

 private:
  struct Known {
    std::set<uint32_t> synsets;  ///< all senses
    std::set<uint32_t> above;    ///< of the first sense, itself among them
    std::string kind;
    bool worn = false;
  };
  const Known& known(const std::string& lemma);

  std::shared_ptr<const WordNet> wordnet_;
  WordNetRelations relations_;
  std::map<std::string, Known> known_;
};

}  // namespace storyteller
