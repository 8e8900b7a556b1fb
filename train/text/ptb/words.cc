// Words, words with an apostrophe, clitics ("dog|'s", "do|n't"), and words written together.
#include <array>

#include "train/text/ptb/lexer.h"

namespace storyteller::ptb {
namespace {

/// One past the word at `i`: letters and digits after a first letter; inner . ! ? join words, as in
/// captions that forget the blank ("board.Cabbage").
size_t word_end(const Text& text, size_t i) {
  size_t end = i;
  while (is_letter(text[end])) {
    end = skip(text, end, text.size(), is_alnum);
    if (!is_any_of(text[end], ".!?") || !is_letter(text[end + 1])) break;
    ++end;
  }
  return end;
}

/// One past the clitic whose letters start at `i` ('s 'm 'd 're 've 'll, no letter behind); else 0.
size_t clitic_end(const Text& text, size_t i) {
  static constexpr std::array<std::string_view, 6> kClitics = {"s", "m", "d", "re", "ve", "ll"};
  for (const std::string_view clitic : kClitics) {
    const size_t end = i + clitic.size();
    if (starts_with(text, i, clitic) && !is_ascii_letter(text[end])) return end;
  }
  return 0;
}

/// n't leaves the verb: "do|n't". The verb is ASCII letters that do not end in another n.
void offer_negated(const Text& text, size_t begin, size_t end, Match& best) {
  if (end < begin + 2 || !is_apostrophe(text[end], true)) return;
  const size_t verb = end - 1;
  if ((text[verb] | 32U) != 'n' || (text[verb - 1] | 32U) == 'n') return;
  if ((text[end + 1] | 32U) != 't') return;
  if (skip(text, begin, verb, is_ascii_letter) == verb) best.offer(verb, end + 2);
}

/// Words in which the apostrophe divides nothing: o'clock, O'Malley, s'mores, hawai'i.
void offer_undivided(const Text& text, size_t begin, Match& best) {
  static constexpr std::array<std::string_view, 9> kWords = {
      "bo'sun", "cap'n", "cont'd", "int'l", "li'l", "nat'l", "nor'easter", "ol'", "sou'wester"};
  for (const std::string_view word : kWords) {
    const size_t end = begin + word.size();
    if (starts_with(text, begin, word) && !is_letter(text[end])) best.offer(end);
  }
  const size_t stem = skip(text, begin, text.size(), is_letter);
  if (stem == begin || !is_apostrophe(text[stem], true)) return;
  const size_t rest = stem + 1;
  const size_t end = skip(text, rest, text.size(), is_letter);
  if (stem > begin + 1) {  // between vowels it is a sound of its own: hawai'i, ma'am
    constexpr std::string_view kVowels = "aeiouAEIOU";
    if (is_any_of(text[stem - 1], kVowels) && is_any_of(text[rest], kVowels)) best.offer(end);
    return;
  }
  const char32_t first = text[begin] | 32U;
  if (first == 'y' && end > rest) return best.offer(rest, end);  // y'|all
  if (first == 'n' && (text[rest] | 32U) == 't') best.offer(rest + 1);
  if (first != 'i' && end >= rest + 2 && clitic_end(text, rest) == 0) best.offer(end);
}

/// Clitics and clipped words behind the apostrophe before `word`: 's, 'em, rock 'n' roll, '60s.
void offer_clipped(const Text& text, size_t word, Match& best) {
  if (const size_t end = clitic_end(text, word)) best.offer(end, end + 1);
  const auto stands = [&](std::string_view clipped) {
    return starts_with(text, word, clipped) && !is_letter(text[word + clipped.size()]);
  };
  if (stands("tis")) best.offer(word + 1, word + 3);
  if (stands("twas")) best.offer(word + 1, word + 4);
  if (stands("n")) best.offer(word + (is_apostrophe(text[word + 1]) ? 2 : 1));
  static constexpr std::array<std::string_view, 4> kClipped = {"cause", "em", "til", "till"};
  for (const std::string_view clipped : kClipped) {
    if (stands(clipped)) best.offer(word + clipped.size());
  }
  if (is_ascii_digit(text[word]) && is_ascii_digit(text[word + 1])) {  // decades and years
    const char32_t next = text[word + 2];
    if ((next | 32U) == 's' && !is_alnum(text[word + 3])) best.offer(word + 3);
    if (is_space(next)) best.offer(word + 2, word + 3);
  }
}

}  // namespace

void offer_words(const Text& text, size_t begin, Match& best) {
  if (is_apostrophe(text[begin])) return offer_clipped(text, begin + 1, best);
  const size_t end = word_end(text, begin);
  if (end == begin) return;
  for (const std::string_view word : kWrittenTogether) {
    if (starts_with(text, begin, word)) best.offer(begin + 3, begin + word.size());
  }
  offer_undivided(text, begin, best);
  offer_negated(text, begin, end, best);
  best.offer(end);
  if (text[end] == '.' && is_clause_mark(text[end + 1])) best.offer(end + 1, end + 2);
}

}  // namespace storyteller::ptb
