#pragma once

#include <string>

#include "tools/apps/book/book.h"

namespace storyteller::book {

/// A book as one self-contained page, to be read and printed: a cover, a sheet for each picture,
/// the quiz, the glossary, and at the end who wrote it and how sure it is, with the answers. No
/// script, nothing loaded from anywhere; names are text. `command` made it.
std::string book_html(const Book& book, const std::string& command);

}  // namespace storyteller::book
