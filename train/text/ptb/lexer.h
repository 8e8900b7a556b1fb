#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/text/unicode.h"

namespace storyteller::ptb {

/// A caption being scanned: code points, followed by a line break and zeros so that every rule may
/// look a few characters past the end.
class Text {
 public:
  static constexpr size_t kPadding = 4;
  /// The longest stretch that rules with unbounded lookahead (addresses, tags) inspect, so that
  /// hostile input costs linear time.
  static constexpr size_t kWindow = 512;

  /// Takes `padded` with kPadding characters ("\n\0\0\0") behind the caption; must outlive this.
  explicit Text(const std::u32string& padded)
      : data_(padded.data()), size_(padded.size() - kPadding) {}

  char32_t operator[](size_t i) const { return i < size_ + kPadding ? data_[i] : U'\0'; }
  size_t size() const { return size_; }
  /// One past the last character that a long rule starting at `begin` may inspect.
  size_t window(size_t begin) const { return size_ - begin < kWindow ? size_ : begin + kWindow; }

 private:
  const char32_t* data_;
  size_t size_;
};

/// How the text of a token is spelt in the output (before lower-casing).
enum class Spelling : uint8_t {
  kConventional,  ///< Treebank forms: brackets by name, straight apostrophes, currencies, fractions
  kAsIs,          ///< addresses and tags: as they stand
  kDropped,       ///< blank, unknown character, or punctuation that the metrics remove
};

/// The winner among the rules at one position.
struct Match {
  size_t end = 0;    ///< one past the token
  size_t reach = 0;  ///< one past what the rule looked at, its right context included
  Spelling spelling = Spelling::kConventional;

  /// Longest reach wins; among equals the rule offered first.
  void offer(size_t token_end, size_t context_end, Spelling how = Spelling::kConventional) {
    if (context_end > reach) *this = {token_end, context_end, how};
  }
  void offer(size_t token_end, Spelling how = Spelling::kConventional) {
    offer(token_end, token_end, how);
  }
};

/// The token at `begin` (< text.size()). Each group of rules offers its matches in this order. The
/// rules implement the documented behaviour of Penn Treebank tokenisation (contractions divided,
/// brackets by name, hyphenated words whole, abbreviations with their dot); where the documentation
/// leaves a case open, published pairs of captions and tokens decided.
Match match_token(const Text& text, size_t begin);

void offer_words(const Text& text, size_t begin, Match& best);          // words.cc
void offer_abbreviations(const Text& text, size_t begin, Match& best);  // abbreviations.cc
void offer_addresses(const Text& text, size_t begin, Match& best);      // addresses.cc
void offer_numbers(const Text& text, size_t begin, Match& best);        // numbers.cc
void offer_hyphenated(const Text& text, size_t begin, Match& best);     // hyphenated.cc
void offer_marks(const Text& text, size_t begin, Match& best);          // marks.cc

/// Words written together that count as two, divided after the third letter: "can|not".
inline constexpr std::array<std::string_view, 6> kWrittenTogether = {"cannot", "gimme", "gonna",
                                                                     "gotta",  "lemme", "wanna"};

// Character tests shared by the rules.
inline bool is_ascii_letter(char32_t c) { return (c | 32U) >= 'a' && (c | 32U) <= 'z'; }
inline bool is_ascii_digit(char32_t c) { return c >= '0' && c <= '9'; }
inline bool is_ascii_alnum(char32_t c) { return is_ascii_letter(c) || is_ascii_digit(c); }
inline bool is_upper(char32_t c) { return c >= 'A' && c <= 'Z'; }
inline bool is_letter(char32_t c) { return unicode::char_class(c) == unicode::kLetter; }
inline bool is_digit(char32_t c) { return unicode::char_class(c) == unicode::kDigit; }
inline bool is_alnum(char32_t c) { return is_letter(c) || is_digit(c); }
inline bool is_blank(char32_t c) { return unicode::char_class(c) == unicode::kBlank; }
inline bool is_space(char32_t c) {
  return is_blank(c) || unicode::char_class(c) == unicode::kLineBreak;
}
inline bool is_hyphen(char32_t c) {
  return c == '-' || c == '_' || unicode::char_class(c) == unicode::kHyphen;
}
inline bool is_clause_mark(char32_t c) { return c == ',' || c == ';' || c == ':'; }

/// True if `c` is one of the ASCII characters `set`.
inline bool is_any_of(char32_t c, std::string_view set) {
  return c != 0 && c < 128 && set.find(static_cast<char>(c)) != std::string_view::npos;
}

/// One past the run of characters that satisfy `test`, from `begin`, at most to `limit`.
template <class Test>
size_t skip(const Text& text, size_t begin, size_t limit, Test test) {
  while (begin < limit && test(text[begin])) ++begin;
  return begin;
}

/// True for an apostrophe: ' U+2019 and its Windows code U+0092. `loose` also accepts the opening
/// quotes that people type inside a word: ` U+2018 U+0091.
bool is_apostrophe(char32_t c, bool loose = false);

/// True if `word` (ASCII, lower case) stands at `i`, in any case.
bool starts_with(const Text& text, size_t i, std::string_view word);

}  // namespace storyteller::ptb
