#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// A message of the library for someone at a command line. The library knows no flags: it names
/// what its caller can set between backticks, `resume` or `epochs`; here these become --resume and
/// --set epochs. Other words between backticks stay as they are. A
/// backtick that printable() escaped, of a name, comes back: names are never translated.
std::string with_flags(std::string_view message);
std::vector<std::string> with_flags(const std::vector<std::string>& messages);

}  // namespace storyteller
