#include "tools/render/utf8.h"

#include <cstdint>

namespace storyteller {
namespace {

struct Lead {
  int continuation_bytes;
  char32_t bits;             ///< What the first byte contributes.
  std::uint8_t low = 0x80;   ///< Range of the second byte, which excludes what is overlong,
  std::uint8_t high = 0xBF;  ///< a surrogate or beyond U+10FFFF (Unicode table 3-7).
};

/// continuation_bytes < 0: no sequence begins with this byte.
Lead lead_of(std::uint8_t byte) {
  if (byte < 0x80) return {0, byte};
  if (byte >= 0xC2 && byte <= 0xDF) return {1, byte & 0x1FU};
  if (byte == 0xE0) return {2, 0, 0xA0, 0xBF};
  if (byte == 0xED) return {2, 0xD, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {2, byte & 0xFU};
  if (byte == 0xF0) return {3, 0, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {3, byte & 0x7U};
  if (byte == 0xF4) return {3, 4, 0x80, 0x8F};
  return {-1, 0};
}

}  // namespace

char32_t take_character(std::string_view* text) {
  const Lead lead = lead_of(static_cast<std::uint8_t>(text->front()));
  text->remove_prefix(1);
  if (lead.continuation_bytes < 0) return kReplacementCharacter;
  char32_t character = lead.bits;
  std::uint8_t low = lead.low;
  std::uint8_t high = lead.high;
  for (int i = 0; i < lead.continuation_bytes; ++i) {
    if (text->empty()) return kReplacementCharacter;
    const auto byte = static_cast<std::uint8_t>(text->front());
    if (byte < low || byte > high) return kReplacementCharacter;
    character = character << 6U | (byte & 0x3FU);
    text->remove_prefix(1);
    low = 0x80;
    high = 0xBF;
  }
  return character;
}

}  // namespace storyteller
