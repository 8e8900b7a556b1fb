#pragma once

#include <sstream>
#include <string>
#include <vector>

namespace storyteller {

/// What stands between blanks.
inline std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

}  // namespace storyteller
