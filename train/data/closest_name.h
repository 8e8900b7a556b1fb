#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// Number of insertions, deletions, substitutions and swaps of neighbours between two words
/// (optimal string alignment; Damerau 1964).
size_t edit_distance(std::string_view a, std::string_view b);

/// "; did you mean 'flickr8k'?" for the candidate nearest to `word`, or "" where none is near
/// enough (more than a third of the letters differ).
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace storyteller
