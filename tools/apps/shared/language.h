#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "train/metrics/wordnet/wordnet.h"
#include "train/metrics/wordnet/wordnet_relations.h"

namespace storyteller {

/// Part of speech of a term as the album keeps it.
enum class Pos : int { kOther = 0, kNoun = 1, kVerb = 2, kAdjective = 3, kAdverb = 4 };

std::optional<PartOfSpeech> part_of_speech(Pos pos);
Pos pos_of(PartOfSpeech pos);

/// A word in its base form: what pictures are indexed by.
struct Lemma {
  std::string text;
  Pos pos = Pos::kOther;
  bool operator==(const Lemma&) const = default;
  bool operator<(const Lemma& other) const {
    return std::tie(text, pos) < std::tie(other.text, other.pos);
  }
};

/// What is known of English: the tagger that travels with the program, and WordNet where it is
/// there. Immutable, thread-safe.
class Language {
 public:
  /// From STORYTELLER_WORDNET or Debian's folder; without WordNet words are taken as they stand.
  static Language open();
  /// @param folder of WordNet; one that is not there: without.
  static Language open(const std::filesystem::path& folder);
  static Language without_wordnet() { return {}; }

  bool has_wordnet() const { return wordnet_ != nullptr; }
  bool has_relations() const { return relations_.has_value(); }
  /// Null without WordNet's data files.
  const WordNetRelations* relations() const { return relations_ ? &*relations_ : nullptr; }

  /// A content word of a text, and its lemma.
  struct Content {
    size_t place = 0;  ///< among the words
    Lemma lemma;
  };
  /// The nouns, verbs, adjectives and numbers of a sentence in lower case, in order.
  std::vector<Content> content(std::span<const std::string> words) const;

  /// The lemma of a word that was tagged; the word itself where nothing is known. `inflected`: it
  /// stands in a plural, a past or the like, so that its base is another word.
  Lemma lemma(std::string_view word, Pos pos, bool inflected) const;
  /// The lemma of a word without a context: as noun, else verb, else adjective.
  Lemma lemma(std::string_view word) const;
  /// The lemmas that a word may be, whatever its part of speech, each once.
  std::vector<Lemma> all_lemmas(std::string_view word) const;

  /// Words of the first `senses` synonym sets of a lemma, without the lemma.
  std::vector<std::string> synonyms(const Lemma& lemma, size_t senses) const;
  /// Words of all sets at most `depth` steps below the first sense of a noun.
  std::vector<std::string> narrower(const Lemma& lemma, int depth) const;
  /// Words for what a noun is a kind of, nearest first, at most `depth` steps above its first
  /// sense.
  std::vector<std::string> broader(const Lemma& lemma, int depth) const;
  /// The set of a lemma's sense, from 0, most frequent first; nothing where there is none.
  std::optional<SynsetKey> synset(const Lemma& lemma, size_t sense) const;
  /// Offset of the first sense; nothing without one.
  std::optional<std::uint32_t> first_synset(const Lemma& lemma) const;

 private:
  Language() = default;

  std::shared_ptr<const WordNet> wordnet_;  // null: not there
  std::optional<WordNetRelations> relations_;
};

/// Words of a text for people: lower case, letters and digits and what stands within words; blanks
/// for '_'.
std::vector<std::string> words_of(std::string_view text);

/// "fire_hydrant" -> "fire hydrant".
std::string spaced(std::string_view lemma);

}  // namespace storyteller
