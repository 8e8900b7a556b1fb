#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace storyteller {

/// "a, b, c": texts (of any container) with `between` in between.
template <class Texts>
std::string joined(const Texts& texts, std::string_view between = ", ") {
  std::string out;
  std::size_t count = 0;
  for (const auto& text : texts) {
    if (count++ > 0) out += between;
    out += text;
  }
  return out;
}

/// "1 line is", "2 lines are".
std::string counted(std::size_t count, std::string_view one, std::string_view many);

}  // namespace storyteller
