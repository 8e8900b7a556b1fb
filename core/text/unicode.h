#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace storyteller::unicode {

/// What a character is to the tokeniser. Only the basic multilingual plane is classified; any
/// character beyond it (emoji among them) and any invalid byte is kOther.
enum CharClass : uint8_t {
  kOther = 0,      ///< cannot be part of a token: control characters, invalid bytes, emoji
  kLetter = 1,     ///< letters and combining marks
  kDigit = 2,      ///< decimal digits of any script
  kSymbol = 3,     ///< punctuation and symbols above ASCII
  kHyphen = 4,     ///< hyphens above ASCII (U+058A, U+2010, U+2011)
  kBlank = 5,      ///< space, tab, U+00A0, U+2000..U+200A, U+3000
  kLineBreak = 6,  ///< \r \n \v \f U+2028 U+2029
  kAsciiMark = 7,  ///< ASCII punctuation
  kIgnorable = 8,  ///< soft hyphen: a matter of layout, removed before tokens are formed
};

/// Class of a code point; table lookup for ASCII, binary search above it.
CharClass char_class(char32_t c);

/// Simple lower-case mapping (one code point to one).
char32_t to_lower(char32_t c);

/// Decodes UTF-8. Every byte that is not of a valid sequence (see take_character) becomes a U+FFFD
/// of its own, as tokenisers count them. `out` is overwritten.
void decode_utf8(std::string_view bytes, std::u32string& out);

}  // namespace storyteller::unicode
