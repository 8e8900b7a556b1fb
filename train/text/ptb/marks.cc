// Punctuation, brackets, quotes, symbols, character references, tags and smileys.
#include <array>

#include "train/text/ptb/lexer.h"

namespace storyteller::ptb {
namespace {

/// Eyes, perhaps a nose, and a mouth: :) ;-) =(, not before a letter or digit ("ratio=D2").
void offer_smiley(const Text& text, size_t begin, Match& best) {
  if (!is_any_of(text[begin], ":;=")) return;
  const size_t mouth = begin + (is_any_of(text[begin + 1], "-^o") ? 2 : 1);
  if (is_any_of(text[mouth], "()[]{}|\\DPpO") && !is_ascii_alnum(text[mouth + 1])) {
    best.offer(mouth + 1, mouth + 2);
  }
}

/// Two eyes beside a flat mouth: ^_^ -_- >_<.
void offer_face(const Text& text, size_t begin, Match& best) {
  constexpr std::string_view kEyes = "^-=~><";
  if (is_any_of(text[begin], kEyes) && text[begin + 1] == '_' &&
      is_any_of(text[begin + 2], kEyes)) {
    best.offer(begin + 3);
  }
}

/// <tag attribute="x">, </tag>, <!-- comment -->, <?instruction?>: one token. After the HTML
/// syntax, a tag lasts to the first > outside the quotes of an attribute's value.
void offer_tag(const Text& text, size_t begin, Match& best) {
  const size_t limit = text.window(begin);
  const size_t name = begin + (is_any_of(text[begin + 1], "/!?") ? 2 : 1);
  const bool comment = starts_with(text, begin, "<!--");
  if (!is_ascii_letter(text[name]) && !comment) return;
  char32_t quote = 0;
  for (size_t i = name; i < limit; ++i) {
    const char32_t c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '>') {
      return best.offer(i + 1, Spelling::kAsIs);
    } else if (c == '<') {
      return;
    } else if (!comment && text[i - 1] == '=' && is_any_of(c, "'\"")) {
      quote = c;
    }
  }
}

/// A character reference of HTML: &eacute; &#39; &#x27;. Blanks, dashes and quotes are dropped.
void offer_reference(const Text& text, size_t begin, Match& best) {
  constexpr size_t kLongest = 10;
  static constexpr std::array<std::string_view, 4> kDropped = {"&nbsp;", "&mdash;", "&ndash;",
                                                               "&quot;"};
  const size_t name = begin + (text[begin + 1] == '#' ? 2 : 1);
  const size_t end = skip(text, name, name + kLongest, is_ascii_alnum);
  if (end < name + 2 || text[end] != ';') return;
  for (const std::string_view mark : kDropped) {
    if (starts_with(text, begin, mark)) best.offer(end + 1, Spelling::kDropped);
  }
  best.offer(end + 1);
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
  const auto same = [&] { return run([c](char32_t x) { return x == c; }); };
  switch (c) {
    case '.':
      return offer_dots(text, begin, best);
    case '-': {  // up to four are a dash, longer rules are kept
      static constexpr std::array<std::string_view, 6> kBrackets = {"-rrb-", "-lrb-", "-rcb-",
                                                                    "-lcb-", "-rsb-", "-lsb-"};
      for (const auto bracket : kBrackets) {
        if (starts_with(text, begin, bracket)) best.offer(begin + 5);
      }
      const size_t end = same();
      return best.offer(end, end <= begin + 4 ? Spelling::kDropped : Spelling::kConventional);
    }
    case '?':
    case '!':
      return best.offer(run([](char32_t x) { return x == '?' || x == '!'; }));
    case '*':
    case '#':
    case '@':
    case '_':
      return best.offer(same());
    case '<':
      offer_tag(text, begin, best);
      return best.offer(begin + (text[begin + 1] == '<' ? 2 : 1));
    case '>':
      return best.offer(begin + (text[begin + 1] == '>' ? 2 : 1));
    case '"':
      return best.offer(begin + 1, Spelling::kDropped);
    case '&':
      offer_reference(text, begin, best);
      break;
    default:
      break;
  }
  best.offer(begin + 1);
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
  const bool quote = (c >= 0x2018 && c <= 0x201F) || (c >= 0x91 && c <= 0x94) || c == 0x2039 ||
                     c == 0x203A || c == 0xAB || c == 0xBB;
  if (dash || ellipsis || quote) return best.offer(begin + 1, Spelling::kDropped);
  switch (unicode::char_class(c)) {
    case unicode::kAsciiMark:
      return offer_ascii(text, begin, best);
    case unicode::kOther:
      return best.offer(begin + 1, c == 0x80 ? Spelling::kConventional : Spelling::kDropped);
    case unicode::kBlank:
    case unicode::kLineBreak:
    case unicode::kHyphen:
      return best.offer(begin + 1, Spelling::kDropped);
    default:
      return best.offer(begin + 1);
  }
}

}  // namespace storyteller::ptb
