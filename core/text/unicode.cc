#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <iterator>

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

/// Length of the valid UTF-8 sequence at `s`, or 0; `c` receives the code point.
size_t decode_one(std::string_view s, char32_t& c) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned lead = byte(0);
  const size_t length = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length == 0 || lead > 0xF4 || length > s.size()) return 0;
  c = length == 1 ? lead : lead & (0x7FU >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
    c = (c << 6U) | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
  const bool surrogate = c >= 0xD800 && c < 0xE000;
  return overlong || surrogate || c > 0x10FFFF ? 0 : length;
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
  out.clear();
  out.reserve(bytes.size() + 8);
  for (size_t i = 0; i < bytes.size();) {
    char32_t c = static_cast<unsigned char>(bytes[i]);
    size_t length = 1;
    if (c >= 0x80) {
      length = decode_one(bytes.substr(i), c);
      if (length == 0) {
        c = 0xFFFD;
        length = 1;
      }
    }
    out.push_back(c);
    i += length;
  }
}

}  // namespace storyteller::unicode
