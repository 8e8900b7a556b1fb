#include "core/text/utf8.h"

#include <cstdint>
#include <cstring>

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

bool is_utf8(std::string_view text) {
  constexpr std::string_view kReplacement = "\uFFFD";
  while (!text.empty()) {
    std::uint64_t eight = 0;
    if (text.size() >= sizeof eight) {
      std::memcpy(&eight, text.data(), sizeof eight);
      if ((eight & 0x8080808080808080U) == 0) {  // ASCII, as nearly all is
        text.remove_prefix(sizeof eight);
        continue;
      }
    }
    const std::string_view before = text;
    if (take_character(&text) == kReplacementCharacter && !before.starts_with(kReplacement)) {
      return false;
    }
  }
  return true;
}

std::string replace_invalid_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) append_utf8(take_character(&text), &out);
  return out;
}

void append_utf8(char32_t character, std::string* out) {
  const auto push = [&](char32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (character < 0x80) return push(character);
  if (character < 0x800) {
    push(0xC0U | character >> 6U);
  } else {
    if (character < 0x10000) {
      push(0xE0U | character >> 12U);
    } else {
      push(0xF0U | character >> 18U);
      push(0x80U | (character >> 12U & 0x3FU));
    }
    push(0x80U | (character >> 6U & 0x3FU));
  }
  push(0x80U | (character & 0x3FU));
}

}  // namespace storyteller
