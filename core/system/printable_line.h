#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace storyteller {

/// As printable(), for a whole line that is shown. A name inside of a message is the other's: there
/// a backtick becomes `\x60`, because between backticks stand the message's own words for what its
/// caller can set.
std::string printable_line(std::string_view text, std::size_t max_bytes = 120);

}  // namespace storyteller
