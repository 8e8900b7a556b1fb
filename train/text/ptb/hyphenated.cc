// Compounds: twin-hulled, d'oeuvre, 1,000-foot, u.s.-based, and/or, AT&T.
#include <algorithm>

#include "train/text/ptb/lexer.h"

namespace storyteller::ptb {
namespace {

/// A compound may keep its dot before a comma, semicolon or colon.
void offer_compound(const Text& text, size_t end, Match& best) {
  if (text[end] == '.' && is_clause_mark(text[end + 1])) best.offer(end + 1, end + 2);
  best.offer(end);
}

/// One part of a hyphenated word: letters and digits, an elided d' o' l' before two or more.
size_t part_end(const Text& text, size_t i) {
  const char32_t c = text[i] | 32U;
  if (c == 'd' || c == 'o' || c == 'l') {
    if (is_apostrophe(text[i + 1], true)) {
      const size_t end = skip(text, i + 2, text.size(), is_alnum);
      if (end >= i + 4) return end;
    }
  }
  return skip(text, i, text.size(), is_alnum);
}

/// a-b_c: parts joined by hyphens or underscores; also the plain word "12th", "d'oeuvre".
void offer_joined(const Text& text, size_t begin, Match& best) {
  size_t end = part_end(text, begin);
  if (end == begin) return;
  while (is_hyphen(text[end])) {
    const size_t next = part_end(text, end + 1);
    if (next == end + 1) break;
    end = next;
  }
  offer_compound(text, end, best);
}

/// 1,000-foot, u.s.-based, pre-u.s.: dots and commas before the first hyphen, initials after it.
void offer_dotted(const Text& text, size_t begin, Match& best) {
  size_t end = skip(text, begin, text.window(begin),
                    [](char32_t c) { return is_ascii_alnum(c) || c == '.' || c == ','; });
  size_t found = begin;
  while (text[end] == '-') {
    const size_t next = skip(text, end + 1, text.size(), is_ascii_alnum);
    if (next == end + 1) break;
    size_t initials = end + 1;
    while (is_ascii_letter(text[initials]) && text[initials + 1] == '.') initials += 2;
    found = end = std::max(next, initials > end + 3 ? initials : next);
  }
  if (found > begin) offer_compound(text, found, best);
}

/// and/or, black-and/or-white: one or two slashes, at most two hyphens between them.
void offer_alternatives(const Text& text, size_t begin, Match& best) {
  const auto side_end = [&](size_t i) {
    size_t end = skip(text, i, text.size(), is_ascii_alnum);
    if (end == i) return i;
    for (int hyphens = 0; hyphens < 2 && text[end] == '-'; ++hyphens) {
      const size_t next = skip(text, end + 1, text.size(), is_ascii_letter);
      if (next == end + 1) break;
      end = next;
    }
    return end;
  };
  size_t end = side_end(begin);
  for (int slashes = 0; slashes < 2; ++slashes) {
    if (text[end] != '/') break;
    const size_t next = side_end(end + 1);
    if (next == end + 1) break;
    end = next;
    best.offer(end);
  }
}

/// AT&T, A+B: capitals only.
void offer_capitals(const Text& text, size_t begin, Match& best) {
  size_t found = begin;
  size_t end = skip(text, begin, text.size(), is_upper);
  while (is_any_of(text[end], "&+") && is_upper(text[end + 1])) {
    found = end = skip(text, end + 1, text.size(), is_upper);
  }
  if (found > begin) offer_compound(text, found, best);
}

}  // namespace

void offer_hyphenated(const Text& text, size_t begin, Match& best) {
  const char32_t c = text[begin];
  if (!is_alnum(c)) return;
  if (is_ascii_alnum(c)) {
    offer_alternatives(text, begin, best);
    offer_dotted(text, begin, best);
  }
  offer_joined(text, begin, best);
  if (is_upper(c)) offer_capitals(text, begin, best);
}

}  // namespace storyteller::ptb
