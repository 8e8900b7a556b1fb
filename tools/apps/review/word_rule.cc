#include "tools/apps/review/word_rule.h"

#include <algorithm>
#include <optional>

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
    return as_ == ReadAs::kAny || !spice::is_verb(token.tag);
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
    if (not_real_.contains(tokens[i].text)) return "'" + tokens[i].text + "' in front of it";
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

/// "gunless", "gun-free": what is not there.
void WordRule::find_free(const Sentence& sentence, size_t at, WordFindings& found) const {
  const std::string& word = sentence.tokens[at].text;
  for (const std::string_view ending : {"-less", "less", "-free"}) {
    if (!word.ends_with(ending) || word.size() <= ending.size()) continue;
    const std::string stem = word.substr(0, word.size() - ending.size());
    for (const std::string& form : lexicon_->noun_forms(stem)) {
      if (!terms_.contains(form)) continue;
      found.drops.push_back({hit_at(sentence, at, 1), "ends in '" + std::string(ending) + "'"});
      return;
    }
  }
}

WordFindings WordRule::find(const Sentence& sentence) const {
  WordFindings found;
  const auto& tokens = sentence.tokens;
  for (size_t at = 0; at < tokens.size();) {
    const Span except = longest(sentence, at, except_, longest_except_, false);
    const Span term = longest(sentence, at, terms_, longest_term_, true);
    const Span other = {tokens[at].compound_length, tokens[at].compound};
    if (except.length > 0 && except.length >= std::max(term.length, other.length)) {
      found.drops.push_back({hit_at(sentence, at, except.length), "except: " + except.term});
      at += except.length;
      continue;
    }
    if (other.length > term.length) {
      // Words of the rule within: a police dog is a dog, a hot dog is none.
      for (size_t i = at; i < at + other.length; ++i) {
        const Span within = longest(sentence, i, terms_, at + other.length - i, true);
        if (within.length == 0) continue;
        if (lexicon_->is_kind_of(other.term, within.term)) {
          std::string why = why_not(sentence, at, other.length);
          const WordHit hit = hit_at(sentence, at, other.length);
          if (why.empty()) {
            found.hits.push_back(hit);
          } else {
            found.drops.push_back({hit, std::move(why)});
          }
        } else {
          found.drops.push_back(
              {hit_at(sentence, i, within.length), "part of '" + other.term + "'"});
        }
        break;
      }
      at += other.length;
      continue;
    }
    if (term.length > 0) {
      std::string why = why_not(sentence, at, term.length);
      const WordHit hit = hit_at(sentence, at, term.length);
      if (why.empty()) {
        found.hits.push_back(hit);
      } else {
        found.drops.push_back({hit, std::move(why)});
      }
      at += term.length;
      continue;
    }
    find_free(sentence, at, found);
    ++at;
  }
  return found;
}

}  // namespace storyteller::review
