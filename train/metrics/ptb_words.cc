// Plain words, words before a clitic ("dog|'s", "do|n't"), and words written together.
#include <array>

#include "train/metrics/ptb_lexer.h"

namespace storyteller::ptb {
namespace {

/// Length of one letter: a letter, or an accented vowel as an entity (&eacute;); else 0.
size_t letter_length(const Text& text, size_t i) {
  if (is_letter(text[i]) || text[i] == 0xAD) return 1;
  if (text[i] != '&') return 0;
  const char32_t vowel = text[i + 1] | 32U;
  if (vowel != 'a' && vowel != 'e' && vowel != 'i' && vowel != 'o' && vowel != 'u') return 0;
  if (starts_with(text, i + 2, "acute;") || starts_with(text, i + 2, "grave;")) return 8;
  return starts_with(text, i + 2, "uml;") ? 6 : 0;
}

/// One past the word at `i`: letters and digits after a first letter; inner . ! ? join words, as in
/// captions that forget the blank ("board.Cabbage").
size_t word_end(const Text& text, size_t i) {
  size_t end = i;
  for (size_t length = letter_length(text, end); length > 0;) {
    do {
      end += length;
      length = is_digit(text[end]) ? 1 : letter_length(text, end);
    } while (length > 0);
    const char32_t joint = text[end];
    if (joint != '.' && joint != '!' && joint != '?') break;
    length = letter_length(text, end + 1);
    if (length > 0) ++end;
  }
  return end;
}

/// "can|not", "gon|na": the first part is the token, the rest is scanned again.
void offer_assimilations(const Text& text, size_t begin, Match& best) {
  static constexpr std::array<std::string_view, 6> kWords = {"cannot", "gimme", "gonna",
                                                             "gotta",  "lemme", "wanna"};
  for (const std::string_view word : kWords) {
    if (starts_with(text, begin, word)) best.offer(begin + 3, begin + word.size());
  }
}

}  // namespace

void offer_words(const Text& text, size_t begin, Match& best) {
  const size_t end = word_end(text, begin);
  if (end == begin) return;
  if (starts_with(text, begin, "c++")) best.offer(begin + 3);
  if (starts_with(text, begin, "c#") || starts_with(text, begin, "f#")) best.offer(begin + 2);
  offer_assimilations(text, begin, best);

  if (const size_t mark = apostrophe(text, end)) {  // 's 'm 'd 're 've 'll
    const size_t clitic = end + mark;
    if (starts_with(text, clitic, "re") || starts_with(text, clitic, "ve") ||
        starts_with(text, clitic, "ll")) {
      best.offer(end, clitic + 2);
    } else if (const char32_t c = text[clitic] | 32U; c == 's' || c == 'm' || c == 'd') {
      best.offer(end, clitic + 1);
    }
  }
  // n't: what stands before it is ASCII letters that do not end in another n.
  if (const size_t mark = apostrophe(text, end, true);
      mark > 0 && (text[end + mark] | 32U) == 't' && (text[end - 1] | 32U) == 'n') {
    const size_t verb_end = end - 1;
    const bool letters = skip(text, begin, verb_end, [](char32_t c) {
                           return is_ascii_letter(c) || c == 0xAD;
                         }) == verb_end;
    size_t last = verb_end;
    while (last > begin && text[last - 1] == 0xAD) --last;
    if (letters && last > begin && (text[last - 1] | 32U) != 'n') {
      best.offer(verb_end, end + mark + 1);
    }
  }
  best.offer(end);
  if (text[end] == '.' && is_clause_mark(text[end + 1])) best.offer(end + 1, end + 2);
}

}  // namespace storyteller::ptb
