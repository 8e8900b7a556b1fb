#pragma once

#include <string>
#include <string_view>

#include "train/text/ptb/lexer.h"

namespace storyteller::ptb {

/// Lower-case UTF-8 form of the token text[begin, end) in Penn Treebank spelling.
std::string spell(const Text& text, size_t begin, size_t end, Spelling how);

/// True for the tokens that the caption metrics leave out (see ptb_tokenize), and for "".
bool is_removed(std::string_view token);

}  // namespace storyteller::ptb
