#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// Words of one caption: lower case, punctuation removed, UTF-8, never empty strings.
using Tokens = std::vector<std::string>;

/// Tokenises a caption as the caption metrics of the literature do (Chen et al. 2015, "Microsoft
/// COCO Captions"): Penn Treebank tokens, lower-cased, to agree with the PTBTokenizer 3.4.1 which
/// their scripts call (the project's own rules, checked on its published outputs), less the tokens
/// '' ' `` ` -LRB- -RRB- -LCB- -RCB- . ? ! , : - -- ... ;
///
/// Brackets become -lrb- -rrb- -lcb- -rcb- -lsb- -rsb- and, being lower case by then, stay. A few
/// tokens (`22 3/4`, telephone numbers) contain U+00A0. Line breaks count as blanks. Any bytes are
/// accepted: what is not UTF-8 separates tokens and is dropped, as are emoji. Linear in the length;
/// thread-safe. Rules: lexer.h.
Tokens ptb_tokenize(std::string_view caption);

/// A line a token: equal texts are equal captions.
std::string token_lines(const Tokens& caption);

/// Whether a caption says anything: a token of it holds a letter or a digit and is no markup.
/// "...", blanks of all kinds, emoji and "<br>" say nothing.
bool has_words(std::string_view caption);

}  // namespace storyteller
