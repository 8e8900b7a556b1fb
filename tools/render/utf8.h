#pragma once

#include <string_view>

namespace storyteller {

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

/// Takes the next character off `text` (which must not be empty). What is not valid UTF-8 (RFC
/// 3629: overlong forms, surrogates, beyond U+10FFFF, cut sequences) becomes U+FFFD, one for each
/// maximal part of a sequence, as the Unicode Standard recommends (table 3-8).
char32_t take_character(std::string_view* text);

}  // namespace storyteller
