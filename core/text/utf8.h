#pragma once

#include <string>
#include <string_view>

namespace storyteller {

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

/// Takes the next character off `text` (which must not be empty). What is not valid UTF-8 (RFC
/// 3629: overlong forms, surrogates, beyond U+10FFFF, cut sequences) becomes U+FFFD, one for each
/// maximal part of a sequence, as the Unicode Standard recommends (table 3-8).
char32_t take_character(std::string_view* text);

/// Whether all of `text` is valid UTF-8, in the sense of take_character.
bool is_utf8(std::string_view text);

/// `text` with U+FFFD in the place of what is not valid UTF-8, in the sense of take_character.
std::string replace_invalid_utf8(std::string_view text);

/// Appends the UTF-8 form of a code point. (A surrogate becomes three bytes that are no UTF-8.)
void append_utf8(char32_t character, std::string* out);

}  // namespace storyteller
