#pragma once

#include <span>
#include <string>

namespace storyteller {

/// Words of a caption as one writes them: tokens joined as they belong ("man 's" "man's", "t -
/// shirt" "T-shirt"), "a" and "an" by what follows. No capital at the beginning, no full stop.
std::string written(std::span<const std::string> words);

/// A text with its first letter in upper case, and with `mark` at its end.
std::string as_sentence(std::string text, const std::string& mark = ".");

}  // namespace storyteller
