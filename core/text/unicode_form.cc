#include "core/text/unicode_form.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/text/unicode.h"

namespace storyteller {
namespace {

struct Decomposition {
  uint16_t composed, first, second;  // second 0: there is none
};

#include "core/text/decompositions.inc"

/// Korean syllables are composed by arithmetic (The Unicode Standard, section 3.12).
void append_hangul(char32_t syllable, std::u32string& text) {
  constexpr char32_t kFirst = 0xAC00, kLead = 0x1100, kVowel = 0x1161, kTail = 0x11A7;
  constexpr char32_t kVowels = 21, kTails = 28;
  const char32_t index = syllable - kFirst;
  text += char32_t{kLead + index / (kVowels * kTails)};
  text += char32_t{kVowel + index / kTails % kVowels};
  if (index % kTails != 0) text += char32_t{kTail + index % kTails};
}

void append(char32_t c, std::u32string& text) {
  constexpr char32_t kFirstHangul = 0xAC00, kLastHangul = 0xD7A3;
  if (c >= kFirstHangul && c <= kLastHangul) return append_hangul(c, text);
  const auto* const found = std::lower_bound(
      kDecompositions.begin(), kDecompositions.end(), c,
      [](const Decomposition& entry, char32_t wanted) { return entry.composed < wanted; });
  if (found == kDecompositions.end() || found->composed != c) {
    text += c;
    return;
  }
  append(found->first, text);  // which may be composed itself: U+1EA5 is U+00E2 and an acute
  if (found->second != 0) text += char32_t{found->second};
}

}  // namespace

std::u32string decomposed(std::string_view text) {
  std::u32string characters, result;
  unicode::decode_utf8(text, characters);
  result.reserve(characters.size());
  for (const char32_t c : characters) append(c, result);
  return result;
}

std::u32string folded_name(std::string_view name) {
  std::u32string text = decomposed(name);
  std::transform(text.begin(), text.end(), text.begin(), unicode::to_lower);
  return text;
}

}  // namespace storyteller
