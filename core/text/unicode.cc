#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "core/text/utf8.h"

namespace storyteller::unicode {
namespace {

struct ClassRange {
  uint16_t first, last;
  CharClass kind;
};
struct LowerRange {
  uint16_t first, last;
  int step, delta;
};

#include "core/text/unicode_tables.inc"

constexpr std::array<CharClass, 128> make_ascii() {
  std::array<CharClass, 128> table{};
  for (size_t c = 0; c < table.size(); ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    table[c] = letter                   ? kLetter
               : c >= '0' && c <= '9'   ? kDigit
               : c == ' ' || c == '\t'  ? kBlank
               : c >= '\n' && c <= '\r' ? kLineBreak
               : c > ' ' && c < 127     ? kAsciiMark
                                        : kOther;
  }
  return table;
}
constexpr auto kAscii = make_ascii();

template <class Range, size_t kSize>
const Range* find_range(const Range (&ranges)[kSize], char32_t c) {
  const auto* it = std::lower_bound(std::begin(ranges), std::end(ranges), c,
                                    [](const Range& r, char32_t x) { return r.last < x; });
  return it != std::end(ranges) && it->first <= c ? it : nullptr;
}

}  // namespace

CharClass char_class(char32_t c) {
  if (c < 128) return kAscii[c];
  if (c == 0xAD) return kIgnorable;
  if (c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x3000) return kBlank;
  if (c == 0x2028 || c == 0x2029) return kLineBreak;
  if (c >= 0xFFFD) return kOther;
  const ClassRange* range = find_range(kClassRanges, c);
  return range ? range->kind : kOther;
}

char32_t to_lower(char32_t c) {
  if (c < 128) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  const LowerRange* range = c < 0x10000 ? find_range(kLowerRanges, c) : nullptr;
  if (!range || (c - range->first) % static_cast<unsigned>(range->step) != 0) return c;
  return static_cast<char32_t>(static_cast<int>(c) + range->delta);
}

void decode_utf8(std::string_view bytes, std::u32string& out) {
  constexpr std::string_view kReplacement = "\uFFFD";
  out.clear();
  out.reserve(bytes.size() + 8);
  while (!bytes.empty()) {
    const auto first = static_cast<unsigned char>(bytes.front());
    if (first < 0x80) {
      out.push_back(first);
      bytes.remove_prefix(1);
      continue;
    }
    const std::string_view before = bytes;
    const char32_t c = take_character(&bytes);
    const std::string_view taken = before.substr(0, before.size() - bytes.size());
    const bool invalid = c == kReplacementCharacter && taken != kReplacement;
    out.append(invalid ? taken.size() : 1, c);
  }
}

}  // namespace storyteller::unicode
