#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/apps/review/policy.h"
#include "tools/apps/shared/language.h"
#include "train/metrics/spice/tag_set.h"

namespace storyteller::review {

/// A word of a sentence, or a mark of punctuation.
struct Token {
  std::string text;           ///< lower case
  size_t begin = 0, end = 0;  ///< bytes of the sentence
  spice::Tag tag = spice::Tag::kNN;
  bool is_mark = false;                 ///< of punctuation
  std::vector<std::string> nouns = {};  ///< forms in which it may be meant: itself and its base
  std::vector<std::string> verbs = {};  ///< the same of a verb
  /// The longest noun of WordNet, of two words or more, that begins here: its tokens, its lemma.
  size_t compound_length = 0;
  std::string compound = {};
};

/// A sentence in words. Immutable.
struct Sentence {
  std::string text;
  std::vector<Token> tokens;
};

/// What is known of words: WordNet where it is there. Immutable, thread-safe.
class Lexicon {
 public:
  static Lexicon open();
  /// @param folder of WordNet; one that is not there: without.
  static Lexicon open(const std::filesystem::path& folder);

  bool has_wordnet() const { return wordnet_ != nullptr; }
  bool has_relations() const { return relations_.has_value(); }
  const Language& language() const { return language_; }

  /// A sentence whose words are tagged.
  Sentence sentence(std::string_view text) const;
  /// Keywords, or what a detector sees: all are nouns.
  Sentence label(std::string_view text) const;

  /// What a phrase stands for as well, itself first: words of its first sense (kSynonyms), of all
  /// sets below it (kHyponyms); of those only words whose own first sense that is: "bow" is a knot
  /// more often than a weapon.
  std::vector<std::string> expanded(const std::string& phrase, Expand expand) const;

  /// Forms in which a word may be meant as a noun: itself and its base.
  std::vector<std::string> noun_forms(std::string_view word) const;

  bool is_noun(std::string_view phrase) const;
  bool is_verb(std::string_view phrase) const;
  /// Whether one of the first two senses of `phrase` is a kind of one of those of `of`.
  bool is_kind_of(std::string_view phrase, std::string_view of) const;

 private:
  Lexicon(Language language, std::shared_ptr<const WordNet> wordnet,
          std::optional<WordNetRelations> relations)
      : language_(std::move(language)),
        wordnet_(std::move(wordnet)),
        relations_(std::move(relations)) {}

  std::vector<std::string> verb_forms(std::string_view word) const;
  /// Forms and compounds of tokens.
  void look_up(Sentence& sentence) const;

  Language language_;
  std::shared_ptr<const WordNet> wordnet_;  // null: not there
  std::optional<WordNetRelations> relations_;
};

}  // namespace storyteller::review
