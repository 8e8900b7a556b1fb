#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// The candidate that `word` was most likely meant to be, or "" where none is close: at most one
/// edit for every three letters (insertion, deletion, substitution or a swap of neighbours), or a
/// candidate that `word` abbreviates. Case and '-' against '_' do not count.
std::string closest_match(std::string_view word, const std::vector<std::string>& candidates);

/// "; did you mean 'beam'?" to end an error message with, or "".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// Optimal string alignment distance (Damerau 1964, restricted): edits from `a` to `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace storyteller
