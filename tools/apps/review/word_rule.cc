#include "tools/apps/review/word_rule.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace storyteller::review {
namespace {

size_t words_in(const std::string& phrase) {
  return 1 + static_cast<size_t>(std::count(phrase.begin(), phrase.end(), ' '));
}

size_t longest_of(const std::set<std::string>& phrases) {
  size_t longest = 1;
  for (const std::string& phrase : phrases) longest = std::max(longest, words_in(phrase));
  return longest;
}

/// The tokens from `at` on with blanks in between, the last of them left out; nothing where a mark
/// of punctuation stands among them.
std::optional<std::string> joined_before(const Sentence& sentence, size_t at, size_t length) {
  std::string joined;
  for (size_t i = at; i < at + length; ++i) {
    if (sentence.tokens[i].is_mark) return std::nullopt;
    if (i + 1 < at + length) joined += sentence.tokens[i].text + " ";
  }
  return joined;
}

WordHit hit_at(const Sentence& sentence, size_t first, size_t length) {
  WordHit hit{.words = "",
              .begin = sentence.tokens[first].begin,
              .end = sentence.tokens[first + length - 1].end};
  for (size_t i = first; i < first + length; ++i) {
    hit.words += (hit.words.empty() ? "" : " ") + sentence.tokens[i].text;
  }
  return hit;
}

/// `why_not`: "" where the words count.
void add(WordHit hit, std::string why_not, WordFindings& found) {
  if (why_not.empty()) {
    found.hits.push_back(std::move(hit));
  } else {
    found.drops.push_back({std::move(hit), std::move(why_not)});
  }
}

}  // namespace

WordRule::WordRule(const Rule& rule, const Lexicon& lexicon) : lexicon_(&lexicon), as_(rule.as) {
  for (const std::string& word : rule.words) {
    for (std::string& term : lexicon.expanded(word, rule.expand)) terms_.insert(std::move(term));
  }
  except_ = {rule.except.begin(), rule.except.end()};
  not_real_ = {rule.not_real.begin(), rule.not_real.end()};
  longest_term_ = longest_of(terms_);
  longest_except_ = longest_of(except_);
}

bool WordRule::is_meant(const Token& token, const std::string& term, bool as_noun) const {
  if (as_noun) {
    if (as_ == ReadAs::kVerb) return false;
    if (as_ != ReadAs::kNoun && !lexicon_->is_noun(term)) return true;
    // The tagger takes "greyhounds chase" for two verbs; WordNet knows no such deed.
    return as_ == ReadAs::kAny || !spice::is_verb(token.tag) || !lexicon_->is_verb(term);
  }
  switch (as_) {
    case ReadAs::kNoun:
      return false;
    case ReadAs::kUsual:
      return !lexicon_->is_noun(term);
    case ReadAs::kVerb:
      return spice::is_verb(token.tag);
    case ReadAs::kAny:
      return true;
  }
  return false;
}

WordRule::Span WordRule::longest(const Sentence& sentence, size_t at,
                                 const std::set<std::string>& among, size_t most,
                                 bool by_part) const {
  const size_t left = sentence.tokens.size() - at;
  for (size_t length = std::min(most, left); length > 0; --length) {
    const auto front = joined_before(sentence, at, length);
    if (!front) continue;
    const Token& last = sentence.tokens[at + length - 1];
    for (const std::string& form : last.nouns) {
      const auto term = among.find(*front + form);
      if (term == among.end()) continue;
      if (!by_part || length > 1 || is_meant(last, *term, true)) return {length, *term};
    }
    if (length > 1 || !by_part) continue;
    for (const std::string& form : last.verbs) {
      const auto term = among.find(form);
      if (term != among.end() && is_meant(last, *term, false)) return {length, *term};
    }
  }
  return {};
}

std::string WordRule::unreal(const Sentence& sentence, size_t first, size_t length) const {
  constexpr size_t kBefore = 3;  // words between it and the thing: "plastic table knife"
  const auto& tokens = sentence.tokens;
  for (size_t i = first; i > 0 && first - (i - 1) <= kBefore;) {
    --i;
    const bool denies = not_real_.contains(tokens[i].text) || !free_of(tokens[i].text).empty();
    if (denies) return "'" + tokens[i].text + "' in front of it";
    const spice::Tag tag = tokens[i].tag;
    const bool describes = spice::is_noun(tag) || spice::is_adjective(tag) ||
                           tag == spice::Tag::kVBN || tag == spice::Tag::kVBG ||
                           tag == spice::Tag::kCD;
    if (!describes || tokens[i].is_mark) break;
  }
  const size_t next = first + length;
  if (next < tokens.size() && !tokens[next].is_mark) {
    for (const std::string& form : tokens[next].nouns) {
      const bool thing = form == "toy" || form == "replica" || form == "fake";
      if (thing && not_real_.contains(form)) return "'" + tokens[next].text + "' behind it";
    }
  }
  return "";
}

std::string WordRule::why_not(const Sentence& sentence, size_t first, size_t length) const {
  std::string why = unreal(sentence, first, length);
  if (!why.empty()) return why;
  const std::string cue = negation(sentence, first);
  return cue.empty() ? "" : "'" + cue + "' in front of it";
}

std::string WordRule::free_of(const std::string& word) const {
  for (const std::string_view ending : {"-less", "less", "-free"}) {
    if (!word.ends_with(ending) || word.size() <= ending.size()) continue;
    for (const std::string& form :
         lexicon_->noun_forms(word.substr(0, word.size() - ending.size()))) {
      if (terms_.contains(form)) return std::string(ending);
    }
  }
  return "";
}

/// Tokens of the noun of WordNet that begins at a token; 0 where a phrase of the rule begins within
/// it and goes on behind it, as "fire hydrant" does behind "red fire".
size_t WordRule::whole_compound(const Sentence& sentence, size_t at) const {
  const size_t length = sentence.tokens[at].compound_length;
  for (size_t i = at + 1; i < at + length; ++i) {
    if (i + longest(sentence, i, terms_, longest_term_, true).length > at + length) return 0;
  }
  return length;
}

/// Words of the rule within a longer noun: a police dog is a dog, a hot dog is none.
void WordRule::look_within(const Sentence& sentence, size_t at, WordFindings& found) const {
  const std::string& compound = sentence.tokens[at].compound;
  const size_t length = sentence.tokens[at].compound_length;
  for (size_t i = at; i < at + length; ++i) {
    const Span within = longest(sentence, i, terms_, at + length - i, true);
    if (within.length == 0) continue;
    if (lexicon_->is_kind_of(compound, within.term)) {
      add(hit_at(sentence, at, length), why_not(sentence, i, within.length), found);
    } else {
      add(hit_at(sentence, i, within.length), "part of '" + compound + "'", found);
    }
    return;
  }
}

WordFindings WordRule::find(const Sentence& sentence) const {
  WordFindings found;
  const auto& tokens = sentence.tokens;
  for (size_t at = 0; at < tokens.size();) {
    const Span except = longest(sentence, at, except_, longest_except_, false);
    const Span term = longest(sentence, at, terms_, longest_term_, true);
    const size_t compound = whole_compound(sentence, at);
    size_t length = 1;
    if (except.length > 0 && except.length >= std::max(term.length, compound)) {
      length = except.length;
      add(hit_at(sentence, at, length), "except: " + except.term, found);
    } else if (compound > term.length) {
      length = compound;
      look_within(sentence, at, found);
    } else if (term.length > 0) {
      length = term.length;
      add(hit_at(sentence, at, length), why_not(sentence, at, length), found);
    } else if (const std::string ending = free_of(tokens[at].text); !ending.empty()) {
      add(hit_at(sentence, at, 1), "ends in '" + ending + "'", found);
    }
    at += length;
  }
  return found;
}

}  // namespace storyteller::review
