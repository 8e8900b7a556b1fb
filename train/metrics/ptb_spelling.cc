#include "train/metrics/ptb_spelling.h"

#include <algorithm>
#include <array>
#include <utility>

namespace storyteller::ptb {
namespace {

/// Conventional form of one mark, or "" where it stands for itself.
std::string_view conventional(char32_t c) {
  switch (c) {
    case '(':
      return "-lrb-";
    case ')':
      return "-rrb-";
    case '[':
      return "-lsb-";
    case ']':
      return "-rsb-";
    case '{':
      return "-lcb-";
    case '}':
      return "-rcb-";
    case 0xA2:
      return "cents";
    case 0xA3:
      return "#";
    case 0x80:
    case 0xA4:
    case 0x20A0:
    case 0x20AC:
      return "$";
    case 0xBC:
      return "1/4";
    case 0xBD:
      return "1/2";
    case 0xBE:
      return "3/4";
    case 0x2153:
      return "1/3";
    case 0x2154:
      return "2/3";
    default:
      return {};
  }
}

/// Entities that are resolved inside tokens.
constexpr std::array<std::pair<std::string_view, char>, 4> kEntities = {
    {{"&amp;", '&'}, {"&apos;", '\''}, {"&lt;", '<'}, {"&gt;", '>'}}};

bool is_parenthesis(char32_t c) { return c == '(' || c == ')'; }

/// TeX form of a typographic quote, or "".
std::string_view quote(char32_t c) {
  switch (c) {
    case 0x92:
    case 0x2019:
    case 0x203A:
      return "'";
    case 0x91:
    case 0x2018:
    case 0x201B:
    case 0x2039:
      return "`";
    case 0x94:
    case 0x201D:
    case 0xBB:
      return "''";
    case 0x93:
    case 0x201C:
    case 0xAB:
      return "``";
    default:
      return {};
  }
}

}  // namespace

std::string spell(const Text& text, size_t begin, size_t end, Spelling how) {
  std::string out;
  if (how == Spelling::kSymbol) {
    const std::string_view form = conventional(text[begin]);
    if (!form.empty()) return std::string(form);
  }
  out.reserve(end - begin);
  for (size_t i = begin; i < end; ++i) {
    const char32_t c = text[i];
    if (c == '&' && how != Spelling::kVerbatim) {
      const auto* entity = std::find_if(kEntities.begin(), kEntities.end(), [&](const auto& e) {
        return i + e.first.size() <= end && starts_with(text, i, e.first);
      });
      if (entity != kEntities.end()) {
        out.push_back(entity->second);
        i += entity->first.size() - 1;
        continue;
      }
    }
    if (how == Spelling::kWithMark && is_parenthesis(c)) {
      out += conventional(c);
    } else if (how == Spelling::kWithMark && !quote(c).empty()) {
      out += quote(c);
    } else if (is_space(c)) {
      unicode::append_utf8(0xA0, out);
    } else if ((c != 0xAD || how == Spelling::kVerbatim) && c != 0xFFFD) {
      unicode::append_utf8(unicode::to_lower(c), out);
    }
  }
  return out;
}

bool is_removed(std::string_view token) {
  static constexpr std::array<std::string_view, 13> kMarks = {"",  "''", "'", "``", "`",  ".",  "?",
                                                              "!", ",",  ":", "-",  "--", "..."};
  return token.size() <= 3 &&
         (token == ";" || std::find(kMarks.begin(), kMarks.end(), token) != kMarks.end());
}

}  // namespace storyteller::ptb
