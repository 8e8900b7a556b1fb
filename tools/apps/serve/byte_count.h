#pragma once

#include <cstddef>
#include <string>

namespace storyteller::serve {

/// "16M", "512K", "1G" or a number of bytes. Throws UsageError that begins with `name` for what is
/// none, or not from `least` to `most`.
std::size_t byte_count(const std::string& name, const std::string& text, std::size_t least,
                       std::size_t most);

}  // namespace storyteller::serve
