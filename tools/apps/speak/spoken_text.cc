#include "tools/apps/speak/spoken_text.h"

#include <algorithm>
#include <array>

#include "core/text/utf8.h"

namespace storyteller::speak {
namespace {

/// What begins an addition. "of" does not: "a group of people" is who it is about.
constexpr std::array<std::string_view, 42> kAdditions = {
    "about",  "above",   "across", "after",   "against", "along",  "amid",    "among", "and",
    "as",     "at",      "before", "behind",  "below",   "beside", "between", "but",   "by",
    "during", "for",     "from",   "in",      "inside",  "into",   "near",    "next",  "on",
    "onto",   "outside", "over",   "through", "to",      "toward", "towards", "under", "underneath",
    "upon",   "when",    "where",  "which",   "while",   "with"};

/// C0, DEL, C1; line and paragraph separators; marks of direction and invisible ones.
bool is_unspeakable(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFFF9 && c <= 0xFFFC) || (c >= 0xE0000 && c <= 0xE0FFF);
}

bool begins_markup(char32_t c) { return c == '<' || c == '>' || c == '&'; }

/// Without double brackets, those too that appear where others are taken out.
void remove_pairs(std::string& text) {
  for (bool found = true; found;) {
    found = false;
    for (const char* pair : {"[[", "]]"}) {
      const size_t at = text.find(pair);
      if (at == std::string::npos) continue;
      text.erase(at, 2);
      found = true;
    }
  }
}

}  // namespace

std::string spoken(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char32_t c = take_character(&text);
    const bool blank = c == ' ' || is_unspeakable(c) || begins_markup(c);
    if (!blank) {
      append_utf8(c, &out);
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.size() > kLongestSpoken) {
    size_t end = kLongestSpoken;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80) --end;
    out.resize(end);
  }
  remove_pairs(out);
  const size_t first = out.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return out.substr(first, out.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> brief(std::vector<std::string> words) {
  size_t additions = 0;
  for (size_t i = 1; i < words.size(); ++i) {
    const bool adds = std::find(kAdditions.begin(), kAdditions.end(), words[i]) != kAdditions.end();
    const bool goes_on =  // "next to", "out of": one addition
        std::find(kAdditions.begin(), kAdditions.end(), words[i - 1]) != kAdditions.end();
    if (!adds || goes_on) continue;
    if (++additions < 2) continue;
    words.resize(i);
    break;
  }
  return words;
}

}  // namespace storyteller::speak
