#pragma once

#include <string_view>

namespace storyteller::book {

/// The style sheet of books, for screens and for paper.
extern const std::string_view kBookStyle;

}  // namespace storyteller::book
