#pragma once

#include "train/text/ptb/tokenizer.h"

namespace storyteller::meteor_parts {

/// What `-norm` of METEOR 1.5 makes of Penn Treebank tokens: the rules of the Moses tokeniser for
/// English, with hyphens inside words giving way to blanks.
///
///   twin-hulled     twin hulled          n't       n 't         a/b     a / b
///   dog 's          dog ' s              1,000     1,000        st.     st. before a word that
///   "x"             " x "                a,b       a , b                begins in lower case and
///                                                               st .    elsewhere
///
/// Typographic quotes and dashes become ASCII, capitals lower case. White space inside a token
/// (U+00A0) separates. Any bytes are accepted: what is not UTF-8 becomes a token U+FFFD. Linear.
Tokens normalize(const Tokens& tokens);

}  // namespace storyteller::meteor_parts
