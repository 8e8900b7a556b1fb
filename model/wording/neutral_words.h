#pragma once

#include <string>
#include <vector>

namespace storyteller {

/// A caption, in words of lower case, that names nobody's gender: "a man and his dog" becomes "a
/// person and their dog", "two boys" "two children", "a man and a woman" "two people". What the
/// words were, where none has a gender.
std::vector<std::string> without_gender(std::vector<std::string> words);

}  // namespace storyteller
