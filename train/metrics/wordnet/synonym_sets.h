#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/text/string_hash.h"
#include "core/text/word_table.h"
#include "train/metrics/wordnet/wordnet.h"

namespace storyteller {

/// Synonymy as METEOR 1.5 (and SPICE, which took it from there) tests it: two words are synonyms
/// where their sets have an id in common. Ids are offsets without a part of speech, so a few words
/// are "synonyms" because the offsets of a noun and a verb happen to be equal; kept for the sake of
/// equal scores. Immutable and thread-safe.
class SynonymSets {
 public:
  /// english.synsets (a word, then the ids of its sets, on alternate lines) and english.exceptions
  /// (a base form, then its irregular forms) in METEOR's data folder. Throws InputError.
  static SynonymSets from_meteor(const std::filesystem::path& folder);
  /// The same out of WordNet's own files (not null). Offsets of another edition of the files
  /// collide elsewhere.
  static SynonymSets from_wordnet(std::shared_ptr<const WordNet> wordnet);

  /// Overwrites `ids` by the sets of `word` (lower case; '_' or ' ' within collocations) and of its
  /// base forms: those listed as exceptions or, where it is not listed, all that the detachment
  /// rules of morphy(7WN) make of it, whatever the part of speech. Sorted, distinct.
  void find(std::string_view word, std::vector<uint32_t>& ids) const;

 private:
  SynonymSets() = default;
  void append(std::string_view word, std::vector<uint32_t>& ids) const;
  bool append_exceptions(std::string_view word, std::vector<uint32_t>& ids) const;

  std::shared_ptr<const WordNet> wordnet_;  // null: the two tables below
  WordTable sets_;
  std::unordered_map<std::string, std::vector<std::string>, StringHash, std::equal_to<>>
      exceptions_;
};

/// Whether two sorted lists of ids have one in common.
bool share_a_set(std::span<const uint32_t> a, std::span<const uint32_t> b);

}  // namespace storyteller
