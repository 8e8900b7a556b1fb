#include "train/metrics/spice/feature_hash.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <string>

#include "core/text/ascii.h"

namespace storyteller::spice {
namespace {

uint64_t hash(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

}  // namespace

WordFeatures word_features(std::string_view word) {
  // Words are short; what is longer than the buffer is hashed by its ends.
  std::array<char, 64> buffer{};
  if (word.size() > buffer.size()) word = word.substr(word.size() - buffer.size());
  bool digit = false, hyphen = false, mark = false, wide = false;
  for (size_t i = 0; i < word.size(); ++i) {
    char c = lower_case(word[i]);
    if (c >= '0' && c <= '9') {
      c = '0';
      digit = true;
    } else if (c == '-') {
      hyphen = true;
    } else if (static_cast<unsigned char>(c) > 127) {
      wide = true;
    } else if (c < 'a' || c > 'z') {
      mark = true;
    }
    buffer[i] = c;
  }
  const std::string_view lower(buffer.data(), word.size());
  const uint64_t shape = (digit ? 1 : 0) | (hyphen ? 2 : 0) | (mark ? 4 : 0) | (wide ? 8 : 0) |
                         (lower.size() < 3 ? 16 : 0);
  return {hash(lower),
          hash(lower.substr(lower.size() - std::min<size_t>(2, lower.size()))),
          hash(lower.substr(lower.size() - std::min<size_t>(3, lower.size()))),
          hash(lower.substr(0, 1)),
          shape,
          lower.ends_with('s')};
}

}  // namespace storyteller::spice
