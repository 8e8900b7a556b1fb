#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace storyteller {

/// `text` fit for one line of a terminal or a log: control characters and bytes that are not UTF-8
/// become `\xNN`, and what goes beyond `max_bytes` becomes "...". Names inside files are hostile
/// until shown otherwise: a raw escape sequence in an error message could drive the terminal.
std::string printable(std::string_view text, std::size_t max_bytes = 120);

/// A path as messages show it: printable, and cut in the middle where it is longer than 1 KiB,
/// since the end is the file's own name.
std::string printable_path(std::string_view path);

/// `text` with control characters as `\xNN` and all else, bytes that are not UTF-8 too, as it is: a
/// field of a line of output that programs read.
std::string escape_controls(std::string_view text);

}  // namespace storyteller
