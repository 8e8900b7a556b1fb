#pragma once

#include <set>
#include <string>
#include <vector>

#include "tools/apps/review/lexicon.h"
#include "tools/apps/review/policy.h"

namespace storyteller::review {

/// A place of a sentence where words of a rule stand.
struct WordHit {
  std::string words;          ///< as they stand there, lower case
  size_t begin = 0, end = 0;  ///< bytes of the sentence
};

/// Words of a rule that do not count, and why.
struct WordDrop {
  WordHit hit;
  std::string reason;  ///< "'without' in front of it", "except: water gun"
};

struct WordFindings {
  std::vector<WordHit> hits;
  std::vector<WordDrop> drops;
};

/// Tokens between a negation and what it negates, at most: "not 1 2 3 4 gun".
inline constexpr size_t kNegationReach = 5;

/// Finds the words of a rule in sentences: the longest phrases first, in all their forms, as the
/// parts of speech that are meant. Does not count, but record: exceptions, words within a longer
/// noun of WordNet that is something else ("hot dog"), things that are not real ("toy gun"), what
/// ends in -less or -free, and what is negated in its clause. Immutable, thread-safe.
class WordRule {
 public:
  /// `lexicon` outlives it.
  WordRule(const Rule& rule, const Lexicon& lexicon);

  WordFindings find(const Sentence& sentence) const;

  /// All that it looks for, in order.
  const std::set<std::string>& terms() const { return terms_; }

 private:
  struct Span {
    size_t length = 0;  // tokens; 0: none
    std::string term;
  };
  Span longest(const Sentence& sentence, size_t at, const std::set<std::string>& among, size_t most,
               bool by_part) const;
  bool is_meant(const Token& token, const std::string& term, bool as_noun) const;
  /// The ending of "gunless" and "gun-free" where a word of the rule stands in front; "" of others.
  std::string free_of(const std::string& word) const;
  size_t whole_compound(const Sentence& sentence, size_t at) const;
  void look_within(const Sentence& sentence, size_t at, WordFindings& found) const;
  std::string why_not(const Sentence& sentence, size_t first, size_t length) const;
  std::string unreal(const Sentence& sentence, size_t first, size_t length) const;

  const Lexicon* lexicon_;
  ReadAs as_;
  std::set<std::string> terms_, except_, not_real_;
  size_t longest_term_ = 1, longest_except_ = 1;
};

/// What negates the token at `at`: "no", "without", "n't", "lack of"; "" where nothing does.
std::string negation(const Sentence& sentence, size_t at);

}  // namespace storyteller::review
