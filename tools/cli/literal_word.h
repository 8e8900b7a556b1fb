#pragma once

#include <string>

namespace storyteller {

// CLI11 reads "[a,b]" as a list and "++" as the end of a command, but names of files may look like
// that. A mark in front keeps such a word whole.
inline constexpr char kLiteralMark = '\x1f';

inline std::string marked(const std::string& word) {
  const bool special = word == "++" || word.starts_with('[') || word.starts_with(kLiteralMark);
  return special ? kLiteralMark + word : word;
}

inline std::string unmarked(const std::string& word) {
  return word.starts_with(kLiteralMark) ? word.substr(1) : word;
}

}  // namespace storyteller
