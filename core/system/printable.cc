#include "core/system/printable.h"
#include "core/system/printable_line.h"

#include <cstdint>

#include "core/text/hex.h"
#include "core/text/utf8.h"

namespace storyteller {
namespace {

/// C0 and C1 controls and DEL.
bool is_control(char32_t character) {
  return character < 0x20 || (character >= 0x7F && character < 0xA0);
}

void append_escaped(std::string& out, std::string_view bytes) {
  for (const char c : bytes) out += "\\x" + hex(static_cast<std::uint8_t>(c), 2);
}

/// Where `in_message`, a backtick is escaped as well.
std::string escaped(std::string_view text, std::size_t max_bytes, bool in_message) {
  std::string out;
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t character = take_character(&text);
    const std::string_view bytes = before.substr(0, before.size() - text.size());
    const bool invalid = character == kReplacementCharacter && bytes != "\uFFFD";
    std::string piece;
    if (invalid || is_control(character) || (in_message && character == '`')) {
      append_escaped(piece, bytes);
    } else {
      piece = bytes;
    }
    if (out.size() + piece.size() > max_bytes) return out + "...";
    out += piece;
  }
  return out;
}

}  // namespace

std::string printable_line(std::string_view text, std::size_t max_bytes) {
  return escaped(text, max_bytes, /*in_message=*/false);
}

std::string printable(std::string_view text, std::size_t max_bytes) {
  return escaped(text, max_bytes, /*in_message=*/true);
}

std::string printable_path(std::string_view path) {
  constexpr std::size_t kMaxShown = 1024;
  const std::string whole = printable(path, std::string::npos);
  if (whole.size() <= kMaxShown) return whole;
  // The end is the file's own name.
  constexpr std::size_t kBeginning = kMaxShown / 4;
  std::size_t end = whole.size() - (kMaxShown - kBeginning);
  while (end < whole.size() && (static_cast<unsigned char>(whole[end]) & 0xC0U) == 0x80U) ++end;
  return printable(path, kBeginning) + whole.substr(end);
}

std::string escape_controls(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t character = take_character(&text);
    const std::string_view bytes = before.substr(0, before.size() - text.size());
    if (is_control(character)) {
      append_escaped(out, bytes);
    } else {
      out += bytes;
    }
  }
  return out;
}

}  // namespace storyteller
