#pragma once

#include <string>
#include <string_view>

namespace storyteller::meteor_parts {

/// Stem of an English word (lower case, UTF-8): Porter's Snowball stemmer "english", from
/// libstemmer. Thread-safe: each thread has a stemmer of its own. Throws MemoryError.
std::string stem(std::string_view word);

}  // namespace storyteller::meteor_parts
