#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/vocabulary.h"

namespace storyteller {

// A model that learned from several data sets may know whose style it speaks: the first step of a
// caption then reads the token of the style, "<begin:NAME>", in place of <start>. These tokens are
// the last words of its vocabulary. They are read, and never generated.

/// "<begin:NAME>".
std::string style_token(std::string_view style);
bool is_style_token(std::string_view word);

/// The words, and behind them a token for each style.
Vocabulary with_styles(const Vocabulary& words, std::span<const std::string> styles);

/// Names of the styles that a vocabulary has tokens of, in their order; and the ids of the tokens.
std::vector<std::string> styles_of(const Vocabulary& vocabulary);
std::vector<int32_t> style_ids(const Vocabulary& vocabulary);

/// What the first step of a caption reads: the token of the style, of the first style where `style`
/// is empty, <start> where there are none. Throws UsageError, which begins with `where`, for a
/// style that is not there.
int begin_word(const Vocabulary& vocabulary, std::string_view style, std::string_view where);

}  // namespace storyteller
