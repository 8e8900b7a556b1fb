// Words with an apostrophe that stay whole (o'clock, 'em, O'Malley, hawai'i), clitics, quotes.
#include <array>

#include "train/metrics/ptb_lexer.h"

namespace storyteller::ptb {
namespace {

constexpr auto kClitic = Spelling::kWithMark;

bool is_any_of(char32_t c, std::string_view set) {
  return c < 128 && set.find(static_cast<char>(c)) != std::string_view::npos;
}

void offer_whole_words(const Text& text, size_t begin, Match& best) {
  static constexpr std::array<std::string_view, 8> kWords = {
      "cont'd", "nor'easter", "c'mon", "e'er", "s'mores", "ev'ry", "li'l", "nat'l"};
  for (const std::string_view word : kWords) {
    if (starts_with(text, begin, word)) best.offer(begin + word.size());
  }
  if (starts_with(text, begin, "cont'd.")) best.offer(begin + 7);
  static constexpr std::array<std::string_view, 3> kClipped = {"dunkin", "somethin", "ol"};
  for (const std::string_view word : kClipped) {
    const size_t end = begin + word.size();
    if (!starts_with(text, begin, word)) continue;
    if (const size_t mark = apostrophe(text, end)) best.offer(end + mark);
  }
}

/// Words that begin with a letter and hold an apostrophe.
void offer_after_letter(const Text& text, size_t begin, Match& best) {
  offer_whole_words(text, begin, best);
  const char32_t first = text[begin];
  if (const size_t strict = apostrophe(text, begin + 1)) {
    const size_t next = begin + 1 + strict;
    if (is_any_of(first, "lLdDjJ")) best.offer(next);
    if ((first | 32U) == 'y' && is_letter(text[next])) best.offer(next, next + 1);
    if (starts_with(text, begin, "c") && starts_with(text, next, "est")) best.offer(next + 3);
  }
  if (const size_t strict = apostrophe(text, begin + 3);
      strict > 0 && starts_with(text, begin, "cap") && (text[begin + 3 + strict] | 32U) == 'n') {
    best.offer(begin + 4 + strict);
  }
  if (const size_t mark = apostrophe(text, begin + 1, true)) {  // O'Malley, n'ts, n't
    const size_t next = begin + 1 + mark;
    const size_t end = skip(text, next, text.size(), is_letter);
    const bool initial = first == 'n' || (is_upper(first) && first != 'I' && first != 'Y');
    if (initial && end >= next + 2) best.offer(end);
    if ((first | 32U) == 'n' && (text[next] | 32U) == 't') best.offer(next + 1, kClitic);
  }
  // Two vowels around the apostrophe: hawai'i, ma'am.
  const size_t stem = skip(text, begin, text.size(), is_letter);
  if (stem >= begin + 2 && is_any_of(text[stem - 1], "aeiouyAEIOUY")) {
    const size_t mark = apostrophe(text, stem, true);
    const char32_t next = text[stem + mark];
    if (mark > 0 && (is_any_of(next, "aeiou") || is_upper(next))) {
      best.offer(skip(text, stem + mark + 1, text.size(), is_letter));
    }
  }
}

/// 's 'm 'd 're 've 'll, whose letters start at `word`; unless `before_letter`, only where no ASCII
/// letter follows.
void offer_clitic(const Text& text, size_t word, bool before_letter, Match& best) {
  const bool long_form = starts_with(text, word, "re") || starts_with(text, word, "ve") ||
                         starts_with(text, word, "ll");
  const bool short_form = is_any_of(text[word], "msdMSD");
  if (!long_form && !short_form) return;
  const size_t end = word + (long_form ? 2 : 1);
  if (before_letter) {
    best.offer(end, kClitic);
  } else if (!is_ascii_letter(text[end])) {
    best.offer(end, end + 1, kClitic);
  }
}

/// Words that begin with an apostrophe, and opening quotes before a letter.
void offer_after_apostrophe(const Text& text, size_t begin, size_t mark, Match& best) {
  const size_t word = begin + mark;
  if (starts_with(text, word, "tis")) best.offer(word + 1, word + 3, kClitic);
  if (starts_with(text, word, "twas")) best.offer(word + 1, word + 4, kClitic);
  if ((text[word] | 32U) == 'n') best.offer(word + 1 + apostrophe(text, word + 1));
  if (starts_with(text, word, "em")) best.offer(word + 2);
  if (starts_with(text, word, "til")) {
    best.offer(word + ((text[word + 3] | 32U) == 'l' ? 4 : 3));
  }
  if (starts_with(text, word, "cause")) best.offer(word + 5);
  if (text[word] >= '2' && text[word] <= '9' && starts_with(text, word + 1, "0s")) {
    best.offer(word + 3);
  }
  offer_clitic(text, word, /*before_letter=*/false, best);
  if (is_ascii_digit(text[word]) && is_ascii_digit(text[word + 1]) && is_space(text[word + 2])) {
    best.offer(word + 2, word + 3);
  }
}

bool is_curly_quote(char32_t c) {
  return c == '`' || (c >= 0x2018 && c <= 0x201F) || (c >= 0x91 && c <= 0x94) || c == 0x82 ||
         c == 0x84 || c == 0x2039 || c == 0x203A || c == 0xAB || c == 0xBB;
}

}  // namespace

void offer_apostrophes(const Text& text, size_t begin, Match& best) {
  const char32_t c = text[begin];
  if (is_letter(c)) return offer_after_letter(text, begin, best);
  const size_t mark = apostrophe(text, begin);
  if (mark > 0) offer_after_apostrophe(text, begin, mark, best);

  // Quotes: the text of a straight pair or of one quote is always removed by the metrics.
  if (c == '"') best.offer(begin + 1, Spelling::kDropped);
  if (starts_with(text, begin, "&quot;")) best.offer(begin + 6, Spelling::kDropped);
  if (c == '\'' && text[begin + 1] == '\'') {
    const bool quotes_word = is_ascii_alnum(text[begin + 2]) || text[begin + 2] == '$';
    best.offer(begin + 2, begin + (quotes_word ? 3 : 2), Spelling::kDropped);
  }
  if (mark == 0 && !is_curly_quote(c)) return;
  size_t end = begin + (mark > 0 ? mark : 1);
  if (is_curly_quote(c) && is_curly_quote(text[begin + 1])) end = begin + 2;
  const bool opens = c == '\'' && is_ascii_letter(text[end]) && !is_space(text[end + 1]);
  best.offer(end, end + (opens ? 2 : 0), Spelling::kWithMark);
  if (mark > 0) offer_clitic(text, end, /*before_letter=*/true, best);
}

}  // namespace storyteller::ptb
