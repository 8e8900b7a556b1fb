#include "train/metrics/meteor/normalizer.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace storyteller::meteor_parts {
namespace {

bool is_letter(char32_t c) { return unicode::char_class(c) == unicode::kLetter; }
bool is_digit(char32_t c) { return unicode::char_class(c) == unicode::kDigit; }
bool is_letter_or_digit(char32_t c) { return is_letter(c) || is_digit(c); }
bool is_white(char32_t c) {
  const auto kind = unicode::char_class(c);
  return kind == unicode::kBlank || kind == unicode::kLineBreak || c < ' ' || c == 127;
}

/// Words of lower-case letters are what captions consist of; no rule touches them.
bool is_plain(std::string_view token) {
  return std::all_of(token.begin(), token.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// Quotes and dashes of typography in ASCII.
char32_t to_ascii_punctuation(char32_t c) {
  switch (c) {
    case U'\u2018':
    case U'\u2019':
    case U'\u201A':
    case U'\u201B':
    case U'\u00B4':
    case U'`':
      return U'\'';
    case U'\u201C':
    case U'\u201D':
    case U'\u201E':
    case U'\u00AB':
    case U'\u00BB':
      return U'"';
    case U'\u2010':
    case U'\u2011':
    case U'\u2012':
    case U'\u2013':
    case U'\u2014':
    case U'\u2015':
      return U'-';
    default:
      return c;
  }
}

/// Lower-case abbreviations that keep their full stop wherever they stand (Moses' list for English;
/// its other entries are capitalised and do not occur in lower-cased text).
bool keeps_full_stop(std::u32string_view word) {
  constexpr std::array<std::u32string_view, 5> kAbbreviations = {U"v", U"vs", U"i.e", U"rev",
                                                                 U"e.g"};
  return std::find(kAbbreviations.begin(), kAbbreviations.end(), word) != kAbbreviations.end() ||
         (word.find(U'.') != std::u32string_view::npos &&
          std::any_of(word.begin(), word.end(), is_letter));
}

/// Splits one token by what its characters and their neighbours are; blanks separate.
class TokenSplitter {
 public:
  explicit TokenSplitter(std::string_view token) {
    unicode::decode_utf8(token, in_);
    for (char32_t& c : in_) c = to_ascii_punctuation(unicode::to_lower(c));
  }

  const std::u32string& split() {
    for (size_t i = 0; i < in_.size(); ++i) {
      const char32_t c = in_[i];
      if (is_letter_or_digit(c)) {
        out_ += c;
      } else if (is_white(c)) {
        out_ += U' ';
      } else if (c == U'.') {
        i = full_stops(i);
      } else if (c == U',') {
        is_digit(before(i)) && is_digit(after(i)) ? join(c) : isolate(c);
      } else if (c == U'-') {
        hyphen(i);
      } else if (c == U'\'') {
        apostrophe(i);
      } else {
        isolate(c);
      }
    }
    return out_;
  }

 private:
  char32_t before(size_t i) const { return i == 0 ? U' ' : in_[i - 1]; }
  char32_t after(size_t i) const { return i + 1 < in_.size() ? in_[i + 1] : U' '; }
  void join(char32_t c) { out_ += c; }
  void isolate(char32_t c) { ((out_ += U' ') += c) += U' '; }

  /// One stays where it is, several are a token of their own. Returns the last one's place.
  size_t full_stops(size_t i) {
    const size_t end = std::min(in_.find_first_not_of(U'.', i), in_.size());
    if (end - i == 1) {
      join(U'.');
    } else {
      out_ += U' ';
      out_.append(end - i, U'.');
      out_ += U' ';
    }
    return end - 1;
  }

  void hyphen(size_t i) {
    const bool inside = is_letter_or_digit(before(i)) && is_letter_or_digit(after(i));
    join(inside ? U' ' : U'-');
  }

  void apostrophe(size_t i) {
    const bool word_before = is_letter(before(i));
    const bool word_after = is_letter(after(i));
    if (word_after && (word_before || (is_digit(before(i)) && after(i) == U's'))) {
      (out_ += U' ') += U'\'';  // n 't, 1960 's
    } else if (word_after && is_digit(before(i))) {
      join(U'\'');
    } else {
      isolate(U'\'');
    }
  }

  std::u32string in_;
  std::u32string out_;
};

/// Appends the blank-separated words of `split`; `next_is_lower`: the following token begins with a
/// lower-case letter.
void append_words(std::u32string_view split, bool next_is_lower, Tokens& out) {
  const auto append = [&](std::u32string_view word) {
    std::string& token = out.emplace_back();
    for (const char32_t c : word) append_utf8(c, &token);
  };
  for (size_t begin = 0; (begin = split.find_first_not_of(U' ', begin)) < split.size();) {
    const size_t end = std::min(split.find(U' ', begin), split.size());
    const std::u32string_view word = split.substr(begin, end - begin);
    const size_t next = split.find_first_not_of(U' ', end);
    const bool lower = next < split.size() ? is_letter(split[next]) : next_is_lower;
    const std::u32string_view stem = word.substr(0, word.size() - 1);
    if (word.size() > 1 && word.back() == U'.' && stem.back() != U'.' && !lower &&
        !keeps_full_stop(stem)) {
      append(stem);
      append(U".");
    } else {
      append(word);
    }
    begin = end;
  }
}

}  // namespace

Tokens normalize(const Tokens& tokens) {
  Tokens out;
  out.reserve(tokens.size() + 4);
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].empty()) continue;
    if (is_plain(tokens[i])) {
      out.push_back(tokens[i]);
      continue;
    }
    TokenSplitter splitter(tokens[i]);
    const bool next_is_lower = i + 1 < tokens.size() && !tokens[i + 1].empty() &&
                               tokens[i + 1][0] >= 'a' && tokens[i + 1][0] <= 'z';
    append_words(splitter.split(), next_is_lower, out);
  }
  return out;
}

}  // namespace storyteller::meteor_parts
