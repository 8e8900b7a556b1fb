#pragma once

#include <string>
#include <string_view>

namespace storyteller {

/// `text` as one word of a shell's command line: in single quotes where the shell would read more
/// into it.
std::string shell_word(std::string_view text);

}  // namespace storyteller
