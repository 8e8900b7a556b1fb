#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace storyteller {

/// Whether `word` is one of a short list.
template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace storyteller
