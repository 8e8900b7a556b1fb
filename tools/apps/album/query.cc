#include "tools/apps/album/query.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "core/text/english_words.h"

namespace storyteller::album {
namespace {

/// More words than a person asks for; a hostile query costs no more time.
constexpr size_t kMostWords = 64;

/// A piece of a query between blanks.
struct Token {
  std::string text;
  bool quoted = false, negative = false;
  std::string key = {};  ///< of key:value
};

bool is_key(std::string_view word) {
  return word.size() > 1 && std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

/// Takes what stands in quotes, to the next quote or the end.
std::string take_quoted(std::string_view& rest) {
  rest.remove_prefix(1);
  const size_t end = std::min(rest.find('"'), rest.size());
  std::string text(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return text;
}

std::vector<Token> tokens_of(std::string_view rest) {
  std::vector<Token> tokens;
  while (tokens.size() < 4 * kMostWords) {
    rest.remove_prefix(std::min(rest.find_first_not_of(kAsciiBlanks), rest.size()));
    if (rest.empty()) break;
    Token token;
    if (rest.front() == '-' && rest.size() > 1) {
      token.negative = true;
      rest.remove_prefix(1);
    }
    if (rest.front() == '"') {
      token.text = take_quoted(rest);
      token.quoted = true;
      tokens.push_back(std::move(token));
      continue;
    }
    const size_t end = std::min(rest.find_first_of(" \t\r\n\f\v\""), rest.size());
    std::string_view word = rest.substr(0, end);
    rest.remove_prefix(end);
    const size_t colon = word.find(':');
    if (colon != std::string_view::npos && is_key(word.substr(0, colon))) {
      token.key = lower_case(word.substr(0, colon));
      token.text = word.substr(colon + 1);
      if (token.text.empty() && rest.starts_with('"')) token.text = take_quoted(rest);
    } else {
      token.text = word;
    }
    tokens.push_back(std::move(token));
  }
  return tokens;
}

void add_filter(const Token& token, QueryFilters& filters) {
  const std::vector<std::string> known = {"after", "before", "in", "tag", "grade"};
  if (std::find(known.begin(), known.end(), token.key) == known.end()) {
    throw UsageError("'" + printable(token.key, 40) + ":' is no filter" +
                     did_you_mean(token.key, known) +
                     " (filters are after:, before:, in:, tag: and grade:)");
  }
  if (token.text.empty()) throw UsageError(token.key + ": has no value");
  if (token.negative) throw UsageError("-" + token.key + ": filters cannot be turned round");
  if (token.key == "after" || token.key == "before") {
    require_date(token.key, token.text);
    (token.key == "after" ? filters.after : filters.before) = token.text;
  } else if (token.key == "in") {
    filters.folders.push_back(token.text);
  } else if (token.key == "tag") {
    filters.tags.push_back(lower_case(token.text));
  } else {
    require_grade(token.key, token.text);
    filters.grade = token.text;
  }
}

bool is_negator(const std::string& word) {
  return word == "no" || word == "without" || word == "not" || word == "nor" || word == "never";
}

/// Plain words of a query in their order, with what stands around them.
struct Plain {
  std::vector<std::string> words;
  std::vector<bool> ends_phrase;  ///< a comma or another token follows
  std::vector<bool> prefix;
};

/// Words of `plain`, as far as they are wanted or must not be there.
class Reading {
 public:
  Reading(const Plain& plain, const Language& language) : plain_(plain), language_(language) {
    content_.resize(plain.words.size());
    for (auto& content : language.content(plain.words)) {
      content_[content.place] = std::move(content.lemma);
    }
    const bool none =
        std::none_of(content_.begin(), content_.end(), [](const auto& c) { return c; });
    for (size_t i = 0; i < content_.size(); ++i) {
      const std::string& word = plain.words[i];
      if (content_[i] || is_function_word(word) || is_negator(word) || word.size() < 2) continue;
      // What the tagger takes for an adverb, or does not know.
      const Lemma lemma = language.lemma(word);
      const bool names = lemma.pos == Pos::kNoun && language.first_synset(lemma).has_value();
      if (none || names || plain.prefix[i]) content_[i] = lemma;
    }
  }

  void into(Query& query) {
    for (size_t i = 0; i < plain_.words.size();) {
      if (is_negator(plain_.words[i])) {
        i = negated(i + 1, query);
      } else {
        if (content_[i] && query.words.size() < kMostWords) query.words.push_back(word(i));
        ++i;
      }
    }
  }

 private:
  QueryWord word(size_t i) const { return {plain_.words[i], *content_[i], plain_.prefix[i]}; }

  /// Reads a noun phrase, and those that "or" or "nor" joins to it, from `i` on; where it ends.
  size_t negated(size_t i, Query& query) const {
    std::vector<QueryWord> phrase;
    bool noun = false;
    const auto end = [&] {
      if (!phrase.empty()) query.without.push_back(std::move(phrase));
      phrase.clear();
      noun = false;
    };
    for (; i < plain_.words.size(); ++i) {
      const std::string& text = plain_.words[i];
      if (text == "or" || text == "nor") {
        end();
        continue;
      }
      if (!content_[i]) {
        if (phrase.empty() && is_function_word(text)) continue;  // "without a collar"
        break;
      }
      if (noun && content_[i]->pos != Pos::kNoun) break;  // "no collar running"
      noun = noun || content_[i]->pos == Pos::kNoun;
      phrase.push_back(word(i));
      const bool stops = plain_.ends_phrase[i] || content_[i]->pos == Pos::kVerb;
      if (stops) {
        ++i;
        break;
      }
    }
    end();
    return i;
  }

  const Plain& plain_;
  const Language& language_;
  std::vector<std::optional<Lemma>> content_;
};

}  // namespace

void require_date(const std::string& name, const std::string& date) {
  constexpr std::string_view kForm = "dddd-dd-dd";
  const bool length = date.size() == 4 || date.size() == 7 || date.size() == 10;
  bool fits = length;
  for (size_t i = 0; fits && i < date.size(); ++i) {
    const bool digit = date[i] >= '0' && date[i] <= '9';
    fits = kForm[i] == 'd' ? digit : date[i] == '-';
  }
  if (!fits) {
    throw UsageError(name + ": '" + printable(date, 40) +
                     "' is no date; write 2019, 2019-05 or 2019-05-03");
  }
}

void require_grade(const std::string& name, const std::string& grade) {
  if (grade == "sure" || grade == "likely" || grade == "unsure") return;
  throw UsageError(name + ": '" + printable(grade, 40) + "' is no grade" +
                   did_you_mean(grade, {"sure", "likely", "unsure"}) +
                   " (sure, likely or unsure, and better ones)");
}

Query parse_query(std::string_view text, const Language& language) {
  Query query;
  Plain plain;
  for (const Token& token : tokens_of(text)) {
    if (!token.key.empty()) {
      add_filter(token, query.filters);
      if (!plain.words.empty()) plain.ends_phrase.back() = true;
      continue;
    }
    std::vector<std::string> words = words_of(token.text);
    if (words.empty()) continue;
    if (token.quoted) {
      (token.negative ? query.without_phrases : query.phrases).push_back(std::move(words));
      if (!plain.words.empty()) plain.ends_phrase.back() = true;
    } else if (token.negative) {
      std::vector<QueryWord>& without = query.without.emplace_back();
      for (const std::string& word : words) without.push_back({word, language.lemma(word), false});
    } else {
      const bool comma = token.text.find_last_of(",.;!?") == token.text.size() - 1;
      const bool prefix = token.text.ends_with('*');
      for (size_t i = 0; i < words.size() && plain.words.size() < kMostWords; ++i) {
        const bool last = i + 1 == words.size();
        plain.words.push_back(std::move(words[i]));
        plain.ends_phrase.push_back(comma && last);
        plain.prefix.push_back(prefix && last);
      }
    }
  }
  Reading(plain, language).into(query);
  return query;
}

}  // namespace storyteller::album
