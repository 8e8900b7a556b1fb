#pragma once

#include <string>
#include <string_view>

namespace storyteller {

/// Why nothing is found under a name that a person typed, and what was likely meant; the end of a
/// message that begins with the name: "no such file; did you mean scene.jpg?", "no file matches the
/// pattern", "a web address; download it first: curl -O ...". Looks into the folder in question.
/// Never throws, never empty, one printable line.
/// @param path a name that open or stat refused with ENOENT or ENOTDIR.
std::string why_missing(std::string_view path);

}  // namespace storyteller
