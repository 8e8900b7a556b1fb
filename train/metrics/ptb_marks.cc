// Punctuation, brackets, symbols, entities, tags and smileys.
#include <array>

#include "train/metrics/ptb_lexer.h"

namespace storyteller::ptb {
namespace {

bool is_any_of(char32_t c, std::string_view set) {
  return c != 0 && c < 128 && set.find(static_cast<char>(c)) != std::string_view::npos;
}

/// :-) ;P =] >:( , not before a letter or digit.
void offer_smiley(const Text& text, size_t begin, Match& best) {
  size_t i = begin + (is_any_of(text[begin], "<>") ? 1 : 0);
  if (!is_any_of(text[i], ":;=")) return;
  const auto offer = [&](size_t mouth) {
    if (is_any_of(text[mouth], "()DPdpO\\{@|[]") && !is_ascii_alnum(text[mouth + 1])) {
      best.offer(mouth + 1, mouth + 2, Spelling::kWithMark);
    }
  };
  ++i;
  if (is_any_of(text[i], "-o*'")) offer(i + 1);
  offer(i);
}

/// ^_^ (^-^) -_-
void offer_face(const Text& text, size_t begin, Match& best) {
  constexpr std::string_view kEyes = "-^x=~<>'";
  constexpr std::string_view kOpenEyes = "^x=~<>";
  const auto eye = [&](size_t i) { return is_any_of(text[i], kEyes); };
  if (eye(begin) && text[begin + 1] == '_' && eye(begin + 2)) best.offer(begin + 3);
  if (text[begin] != '(' || !eye(begin + 1)) return;
  const size_t mouth = begin + 2;
  if (eye(mouth) && text[mouth + 1] == ')') best.offer(mouth + 2, Spelling::kWithMark);
  const bool plain = is_any_of(text[mouth], "_.") && eye(mouth + 1);
  const bool dash = text[mouth] == '-' && is_any_of(text[begin + 1], kOpenEyes) &&
                    (is_any_of(text[mouth + 1], kOpenEyes) || is_any_of(text[mouth + 1], "'`"));
  if ((plain || dash) && text[mouth + 2] == ')') best.offer(mouth + 3, Spelling::kWithMark);
}

/// One past a tag or attribute name at `i`, or `i`.
size_t name_end(const Text& text, size_t i, size_t limit) {
  if (!is_ascii_letter(text[i])) return i;
  return skip(text, i, limit, [](char32_t c) { return is_ascii_alnum(c) || is_any_of(c, "_:.-"); });
}

/// One past `= value` at `i` (quoted, or a name), or `i`.
size_t value_end(const Text& text, size_t i, size_t limit) {
  const auto blanks = [&](size_t at) {
    return skip(text, at, limit, [](char32_t c) { return c == ' '; });
  };
  const size_t equals = blanks(i);
  if (text[equals] != '=') return i;
  const size_t value = blanks(equals + 1);
  const char32_t quote = text[value];
  if (quote == '\'' || quote == '"') {
    const size_t close = skip(text, value + 1, limit, [quote](char32_t c) { return c != quote; });
    return close < limit ? close + 1 : i;
  }
  const size_t end = name_end(text, value, limit);
  return end > value ? end : i;
}

/// <tag attribute="x">, </tag>, <!-- -->: one token.
void offer_tag(const Text& text, size_t begin, Match& best) {
  const size_t limit = text.window(begin);
  const auto blank = [](char32_t c) { return c == ' '; };
  size_t i = begin + 1;
  if (text[i] == '!' || text[i] == '?') {
    if (!is_ascii_letter(text[i + 1]) && text[i + 1] != '-') return;
    i = skip(text, i + 1, limit, [](char32_t c) { return c != '>' && c != '\r' && c != '\n'; });
  } else {
    const bool closes = text[i] == '/';
    const size_t name = i + (closes ? 1 : 0);
    i = name_end(text, name, limit);
    if (i == name) return;
    while (!closes) {
      const size_t attribute = skip(text, i, limit, blank);
      const size_t end = name_end(text, attribute, limit);
      if (attribute == i || end == attribute) break;
      i = value_end(text, end, limit);
    }
    i = skip(text, i, limit, blank);
    if (!closes && text[i] == '/') i = skip(text, i + 1, limit, blank);
  }
  if (i < limit && text[i] == '>') best.offer(i + 1);
}

void offer_entity(const Text& text, size_t begin, Match& best) {
  static constexpr std::array<std::string_view, 4> kDropped = {"&nbsp;", "&md;", "&mdash;",
                                                               "&ndash;"};
  static constexpr std::array<std::string_view, 12> kKept = {"&amp;", "&lt;", "&gt;",  "&ht;",
                                                             "&tl;",  "&ur;", "&lr;",  "&qc;",
                                                             "&ql;",  "&qr;", "&odq;", "&cdq;"};
  for (const auto entity : kDropped) {
    if (starts_with(text, begin, entity)) best.offer(begin + entity.size(), Spelling::kDropped);
  }
  for (const auto entity : kKept) {
    if (starts_with(text, begin, entity)) best.offer(begin + entity.size());
  }
  if (text[begin + 1] == '#') {
    const size_t end = skip(text, begin + 2, text.window(begin), is_ascii_digit);
    if (end > begin + 2 && text[end] == ';') best.offer(end + 1);
  }
}

/// "...", ". . .": an ellipsis, removed like a full stop.
void offer_dots(const Text& text, size_t begin, Match& best) {
  const size_t run = skip(text, begin, text.size(), [](char32_t c) { return c == '.'; });
  if (run >= begin + 3) best.offer(run, Spelling::kDropped);
  size_t end = begin + 1;
  size_t dots = 1;
  while ((text[end] == ' ' || text[end] == 0xA0) && text[end + 1] == '.') {
    end += 2;
    ++dots;
  }
  if (dots >= 3) best.offer(end, Spelling::kDropped);
  best.offer(begin + 1, Spelling::kDropped);
}

void offer_ascii(const Text& text, size_t begin, Match& best) {
  const char32_t c = text[begin];
  const auto run = [&](auto test) { return skip(text, begin, text.size(), test); };
  const size_t same = run([c](char32_t x) { return x == c; });
  switch (c) {
    case '.':
      return offer_dots(text, begin, best);
    case '-': {  // three or four are a dash, longer rules are kept
      static constexpr std::array<std::string_view, 6> kBrackets = {"-rrb-", "-lrb-", "-rcb-",
                                                                    "-lcb-", "-rsb-", "-lsb-"};
      for (const auto bracket : kBrackets) {
        if (starts_with(text, begin, bracket)) best.offer(begin + 5);
      }
      return best.offer(same, same - begin <= 4 ? Spelling::kDropped : Spelling::kAsIs);
    }
    case '?':
    case '!':
      return best.offer(run([](char32_t x) { return x == '?' || x == '!'; }));
    case '*':
    case '#':
    case '@':
    case '_':
      return best.offer(same);
    case '<':
      offer_tag(text, begin, best);
      return best.offer(begin + (text[begin + 1] == '<' ? 2 : 1));
    case '>':
      return best.offer(begin + (text[begin + 1] == '>' ? 2 : 1));
    case '\\': {  // up to three escaped asterisks
      size_t end = begin;
      while (end < begin + 6 && text[end] == '\\' && text[end + 1] == '*') end += 2;
      return best.offer(end > begin ? end : begin + 1);
    }
    case '&':
      offer_entity(text, begin, best);
      break;
    default:
      break;
  }
  best.offer(begin + 1, Spelling::kSymbol);
}

}  // namespace

void offer_marks(const Text& text, size_t begin, Match& best) {
  const char32_t c = text[begin];
  offer_smiley(text, begin, best);
  offer_face(text, begin, best);
  if (is_upper(c)) {  // US$
    const size_t end = skip(text, begin, text.size(), is_upper);
    if (text[end] == '$') best.offer(end + 1);
  }
  const bool dash = (c >= 0x2013 && c <= 0x2015) || c == 0x96 || c == 0x97;
  const bool ellipsis = c == 0x2026 || c == 0x85;
  if (dash || ellipsis) return best.offer(begin + 1, Spelling::kDropped);
  switch (unicode::char_class(c)) {
    case unicode::kAsciiMark:
      return offer_ascii(text, begin, best);
    case unicode::kSymbol:
      return best.offer(begin + 1, Spelling::kSymbol);
    case unicode::kOther:
      return best.offer(begin + 1, c == 0x80 ? Spelling::kSymbol : Spelling::kDropped);
    case unicode::kBlank:
    case unicode::kLineBreak:
    case unicode::kHyphen:
      return best.offer(begin + 1, Spelling::kDropped);
    default:
      return best.offer(begin + 1);
  }
}

}  // namespace storyteller::ptb
