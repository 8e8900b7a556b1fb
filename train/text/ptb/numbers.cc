// Numbers, times, fractions and telephone numbers. Dates are ptb_hyphenated.cc's.
#include "train/text/ptb/lexer.h"

namespace storyteller::ptb {
namespace {

/// 12:55, 1,000.50, .5, with an optional sign.
void offer_number(const Text& text, size_t begin, Match& best) {
  size_t i = begin + (is_any_of(text[begin], "+-") ? 1 : 0);
  i = skip(text, i, text.size(), is_digit);
  while (is_any_of(text[i], ".:,") && is_digit(text[i + 1])) {
    i = skip(text, i + 1, text.size(), is_digit);
  }
  if (i > begin && is_digit(text[i - 1])) best.offer(i);
}

bool is_gap(char32_t c) { return c == '-' || c == ' ' || c == 0xA0; }

/// 1/2, and a mixed number as one token: 22 3/4, 5-1/2.
void offer_fraction(const Text& text, size_t begin, Match& best) {
  const auto fraction_end = [&](size_t i) -> size_t {
    const size_t slash = skip(text, i, text.size(), is_digit);
    if (slash == i || (text[slash] != '/' && text[slash] != 0x2044)) return 0;
    const size_t end = skip(text, slash + 1, text.size(), is_digit);
    return end > slash + 1 ? end : 0;
  };
  const size_t whole = skip(text, begin, text.size(), is_digit);
  if (const size_t end = fraction_end(begin)) best.offer(end);
  if (!is_gap(text[whole])) return;
  if (const size_t end = fraction_end(whole + 1)) best.offer(end);
}

/// Numbers of the North American plan, area-exchange-line, and abroad with a plus:
/// (555) 123-4567, 1-800-555-1234, +49 555 123 4567.
void offer_phone(const Text& text, size_t begin, Match& best) {
  const auto group_end = [&](size_t i) { return skip(text, i, i + 16, is_ascii_digit); };
  if (text[begin] == '+') {
    size_t digits = 0;
    for (size_t i = begin + 1;; ++i) {
      const size_t end = group_end(i);
      digits += end - i;
      if (end == i || digits > 15) return;  // E.164: at most 15 digits
      if (digits >= 7) best.offer(end);
      if (!is_gap(text[end])) return;
      i = end;
    }
  }
  size_t i = begin;
  if (text[i] == '1' && is_gap(text[i + 1])) i += 2;
  const bool bracketed = text[i] == '(';
  if (bracketed) ++i;
  if (group_end(i) != i + 3) return;
  i += 3;
  if (bracketed && text[i++] != ')') return;
  if (is_gap(text[i])) {
    ++i;
  } else if (!bracketed) {
    return;
  }
  if (group_end(i) == i + 3 && is_gap(text[i + 3]) && group_end(i + 4) == i + 8) best.offer(i + 8);
}

}  // namespace

void offer_numbers(const Text& text, size_t begin, Match& best) {
  const char32_t c = text[begin];
  if (is_digit(c) || is_any_of(c, "+-.,:")) offer_number(text, begin, best);
  if (is_digit(c)) offer_fraction(text, begin, best);
  if (is_ascii_digit(c) || is_any_of(c, "(+")) offer_phone(text, begin, best);
}

}  // namespace storyteller::ptb
