#include "tools/render/html.h"

#include "core/text/utf8.h"

namespace storyteller {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";

bool reorders_text(char32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

/// What a character that may not stand as it is becomes; null: as it is.
const char* reference_for(char32_t c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    case '\n':
    case '\r':
    case '\t':
      return " ";
    default:
      return nullptr;
  }
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t c = take_character(&text);
    if (const char* reference = reference_for(c)) {
      out += reference;
    } else if (c == kReplacementCharacter || is_control(c)) {
      out += kReplacement;
    } else if (!reorders_text(c)) {
      out += before.substr(0, before.size() - text.size());
    }
  }
  return out;
}

}  // namespace storyteller
