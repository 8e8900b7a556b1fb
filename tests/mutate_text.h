#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace storyteller {

/// One to four random edits of a text: bytes erased, inserted, replaced, half of the time by one of
/// the `likely`. The slice of fuzzing that every test run does.
inline std::string mutate_text(std::string text, std::string_view likely, std::mt19937_64& random) {
  for (size_t edits = 1 + random() % 4; edits > 0 && !text.empty(); --edits) {
    const size_t at = random() % text.size();
    const char c =
        random() % 2 == 0 ? likely[random() % likely.size()] : static_cast<char>(random());
    if (random() % 3 == 0) {
      text.erase(at, 1 + random() % 8);
    } else if (random() % 2 == 0) {
      text.insert(at, 1, c);
    } else {
      text[at] = c;
    }
  }
  return text;
}

inline constexpr std::string_view kLikelyInJson = "[]{}\",:\\u0tfn.-e1";

}  // namespace storyteller
