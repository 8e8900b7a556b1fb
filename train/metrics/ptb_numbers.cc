// Numbers, times, dates, fractions and telephone numbers.
#include <algorithm>

#include "train/metrics/ptb_lexer.h"

namespace storyteller::ptb {
namespace {

bool is_phone_gap(char32_t c) { return c == '-' || c == ' ' || c == 0xA0; }

/// Number of ASCII digits at `i`, at most `limit`.
size_t count_digits(const Text& text, size_t i, size_t limit) {
  return skip(text, i, i + limit, is_ascii_digit) - i;
}

/// 12:55, 1,000.50, .5 with an optional sign. Groups need no digit before the first separator.
void offer_number(const Text& text, size_t begin, Match& best) {
  const auto separates = [](char32_t c) {
    return c == '.' || c == ':' || c == ',' || c == 0xAD || c == 0x66B || c == 0x66C;
  };
  size_t i = begin + (text[begin] == '-' || text[begin] == '+' ? 1 : 0);
  i = skip(text, i, text.size(), is_digit);
  while (separates(text[i]) && is_digit(text[i + 1])) {
    i = skip(text, i + 1, text.size(), is_digit);
  }
  if (i > begin && is_digit(text[i - 1])) best.offer(i);
}

/// 1/2, 22 3/4, 5-1/2, 1\/2: up to four digits a side; a whole number may stand before.
void offer_fraction(const Text& text, size_t begin, Match& best) {
  const auto fraction_end = [&](size_t i) -> size_t {
    const size_t numerator = skip(text, i, i + 4, is_digit);
    if (numerator == i) return 0;
    size_t slash = numerator + (text[numerator] == '\\' && text[numerator + 1] == '/' ? 1 : 0);
    if (text[slash] != '/' && text[slash] != 0x2044) return 0;
    const size_t end = skip(text, slash + 1, slash + 5, is_digit);
    return end > slash + 1 ? end : 0;
  };
  if (const size_t end = fraction_end(begin)) best.offer(end);
  const size_t whole = skip(text, begin, begin + 4, is_digit);
  if (whole > begin && is_phone_gap(text[whole])) {
    if (const size_t end = fraction_end(whole + 1)) best.offer(end);
  }
}

/// 12/25/2010, 1-2-99.
void offer_date(const Text& text, size_t begin, Match& best) {
  const auto cut = [](char32_t c) { return c == '-' || c == '/'; };
  const size_t month = skip(text, begin, begin + 2, is_digit);
  if (month == begin || !cut(text[month])) return;
  const size_t day = skip(text, month + 1, month + 3, is_digit);
  if (day == month + 1 || !cut(text[day])) return;
  const size_t year = skip(text, day + 1, day + 5, is_digit);
  if (year >= day + 3) best.offer(year);
}

/// The subscriber's part: 3-4 digits, an optional gap, 3-5 digits.
void offer_subscriber(const Text& text, size_t i, Match& best) {
  const size_t available = count_digits(text, i, 4);
  for (size_t exchange = 3; exchange <= available; ++exchange) {
    const size_t after = i + exchange;
    const size_t plain = count_digits(text, after, 5);
    if (plain >= 3) best.offer(after + plain, Spelling::kWithMark);
    if (!is_phone_gap(text[after])) continue;
    const size_t line = count_digits(text, after + 1, 5);
    if (line >= 3) best.offer(after + 1 + line, Spelling::kWithMark);
  }
}

/// (555) 123-4567, +49 555 123 4567, 555-1234, 1.800.555.1234.
void offer_phone(const Text& text, size_t begin, Match& best) {
  if (text[begin] == '(') {
    const size_t area = count_digits(text, begin + 1, 4);
    const size_t close = begin + 1 + area;
    if (area < 2 || area > 3 || text[close] != ')') return;
    offer_subscriber(text, close + 1, best);
    if (text[close + 1] == ' ' || text[close + 1] == 0xA0) {
      offer_subscriber(text, close + 2, best);
    }
    return;
  }
  size_t i = begin;
  while (i < begin + 2 && text[i] == '+') ++i;
  const size_t first = count_digits(text, i, 5);
  if (first < 2 || first > 4) return;
  const size_t gap = i + first;
  if (is_phone_gap(text[gap])) {
    offer_subscriber(text, gap + 1, best);
    const size_t second = count_digits(text, gap + 1, 5);
    const size_t next = gap + 1 + second;
    if (second >= 2 && second <= 4 && is_phone_gap(text[next])) {
      offer_subscriber(text, next + 1, best);
    }
  }
  // Dots: [country.]area.exchange.line
  size_t groups[4] = {};
  size_t at = i;
  for (size_t& group : groups) {
    group = count_digits(text, at, 5);
    at += group;
    const auto in = [&](size_t which, size_t low, size_t high) {
      return groups[which] >= low && groups[which] <= high;
    };
    const bool three =
        &group == groups + 2 && i == begin && in(0, 2, 4) && in(1, 3, 4) && in(2, 3, 5);
    const bool four =
        &group == groups + 3 && in(0, 2, 4) && in(1, 2, 4) && in(2, 3, 4) && in(3, 3, 5);
    if (three || four) best.offer(at, Spelling::kWithMark);
    if (text[at] != '.') break;
    ++at;
  }
}

/// Superscript and subscript digits with their sign.
void offer_raised(const Text& text, size_t begin, Match& best) {
  const auto raised = [](char32_t c) {
    return c == 0x2070 || c == 0xB9 || c == 0xB2 || c == 0xB3 || (c >= 0x2074 && c <= 0x2079);
  };
  const auto lowered = [](char32_t c) { return c >= 0x2080 && c <= 0x2089; };
  const char32_t c = text[begin];
  const bool sign = c == 0x207A || c == 0x207B || c == 0x208A || c == 0x208B;
  const size_t i = begin + (sign ? 1 : 0);
  const size_t end =
      std::max(skip(text, i, text.size(), raised), skip(text, i, text.size(), lowered));
  if (end > i) best.offer(end);
}

}  // namespace

void offer_numbers(const Text& text, size_t begin, Match& best) {
  const char32_t c = text[begin];
  if (is_digit(c)) {
    offer_date(text, begin, best);
    offer_number(text, begin, best);
    offer_fraction(text, begin, best);
  } else if (c == '-' || c == '+' || c == '.' || c == ',' || c == ':' || c == 0xAD || c == 0x66B ||
             c == 0x66C) {
    offer_number(text, begin, best);
  }
  if (is_ascii_digit(c) || c == '(' || c == '+') offer_phone(text, begin, best);
  if (c >= 0xB2) offer_raised(text, begin, best);
}

}  // namespace storyteller::ptb
