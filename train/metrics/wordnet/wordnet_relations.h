#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "train/metrics/wordnet/wordnet.h"

namespace storyteller {

/// A synonym set: its offset is unique within its part of speech alone.
struct SynsetKey {
  uint32_t offset = 0;
  PartOfSpeech pos = PartOfSpeech::kNoun;
  bool operator==(const SynsetKey&) const = default;
  bool operator<(const SynsetKey& other) const {
    return std::tie(offset, pos) < std::tie(other.offset, other.pos);
  }
};

/// What WordNet says of a synonym set.
struct Synset {
  /// A line from it to another set: "@" leads to a hypernym, "~" to a hyponym, others:
  /// wninput(5WN).
  struct Pointer {
    std::string symbol;
    SynsetKey to;
  };
  std::vector<std::string> words;  ///< as lemmas: lower case, '_' within collocations
  std::vector<Pointer> pointers;
  std::string gloss;  ///< definition, then examples in quotes
};

/// Relations and glosses of WordNet 3.0: the files data.POS of a folder of dict files, where each
/// set is read when it is asked for. Immutable, thread-safe, some bytes.
class WordNetRelations {
 public:
  /// Throws InputError that names the file and the fix where one of the four is missing.
  static WordNetRelations open(const std::filesystem::path& folder);

  /// Throws InputError, naming file and offset, where no set begins there or its line is damaged.
  Synset synset(SynsetKey key) const;
  /// The sets one step above: what a thing is a kind of, of nouns and verbs; instances too.
  std::vector<SynsetKey> hypernyms(SynsetKey key) const;
  /// All sets at most `depth` steps below, nearer ones first, each once, without `key`. `most`
  /// bounds their number.
  std::vector<SynsetKey> hyponyms(SynsetKey key, int depth, size_t most = 20'000) const;
  /// The definition alone: "a kind of seat", without examples.
  std::string definition(SynsetKey key) const;

 private:
  class File;
  WordNetRelations() = default;
  std::vector<SynsetKey> followed(SynsetKey key, char symbol) const;

  std::array<std::shared_ptr<const File>, 4> files_;
};

}  // namespace storyteller
