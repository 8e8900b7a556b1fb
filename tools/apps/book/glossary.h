#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/apps/shared/language.h"

namespace storyteller::book {

/// A word as a book explains it.
struct Explanation {
  std::string word;
  std::string gloss = {};  ///< "a domestic animal ..."; "": none that is short enough
  std::vector<std::string> examples = {};  ///< of use, as WordNet quotes them
  /// What it is, step by step upwards: "dog", "domestic animal", "animal".
  std::vector<std::string> kinds = {};
};

/// Explains nouns by WordNet: the first sense (of some nouns, such as "table", the one that
/// pictures show), whose gloss, without what stands in parentheses and behind the first ';', has at
/// most kLongestGloss words. Not explained are proper nouns, and what a children's book does not:
/// of the body, sex, violence, drugs and insults, all that WordNet counts among them.
class Glossary {
 public:
  static constexpr std::size_t kLongestGloss = 15;

  /// `language` outlives it.
  explicit Glossary(const Language& language);

  /// Nothing where WordNet is absent, does not know the noun, or it is not to be explained.
  std::optional<Explanation> explain(const std::string& lemma) const;
  /// Whether two nouns have a kind in common that tells something, such as "animal" or "vehicle".
  bool same_class(const std::string& a, const std::string& b) const;
  /// "A beagle is a hound; a hound is a dog; a dog is an animal." "": it has no kinds.
  static std::string chain(const Explanation& explanation);

 private:
  bool is_denied(SynsetKey key) const;
  std::string class_of(const std::string& lemma) const;

  const Language& language_;
  std::vector<SynsetKey> denied_;  // with all below them
};

/// A gloss as it is shown: without parentheses, up to the first ';'.
std::string short_gloss(std::string_view definition);

/// "a" or "an" in front of a noun, as it is said; none in front of "clothing".
std::string with_article(const std::string& noun);

}  // namespace storyteller::book
