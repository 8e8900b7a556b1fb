#pragma once

#include <string>

namespace storyteller::speak {

/// The first word with a digit in the first line that `program argument` prints, such as "1.51";
/// "": there is no such program, or it does not answer within 2 s.
std::string program_version(const std::string& program, const std::string& argument);

}  // namespace storyteller::speak
