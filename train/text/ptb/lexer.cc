#include "train/text/ptb/lexer.h"

namespace storyteller::ptb {

Match match_token(const Text& text, size_t begin) {
  Match best;
  offer_words(text, begin, best);
  offer_abbreviations(text, begin, best);
  offer_addresses(text, begin, best);
  offer_numbers(text, begin, best);
  offer_hyphenated(text, begin, best);
  offer_marks(text, begin, best);
  if (best.end <= begin) best = {begin + 1, begin + 1, Spelling::kDropped};
  return best;
}

bool is_apostrophe(char32_t c, bool loose) {
  return c == '\'' || c == 0x2019 || c == 0x92 || (loose && (c == '`' || c == 0x2018 || c == 0x91));
}

bool starts_with(const Text& text, size_t i, std::string_view word) {
  for (size_t k = 0; k < word.size(); ++k) {
    const char32_t c = text[i + k];
    const char32_t lower = is_upper(c) ? c + 32 : c;
    if (lower != static_cast<unsigned char>(word[k])) return false;
  }
  return true;
}

}  // namespace storyteller::ptb
