#include "train/text/ptb/spelling.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text/utf8.h"

namespace storyteller::ptb {
namespace {

/// Treebank form of one character, or "" where it stands for itself. Brackets have names; its
/// newspapers spell "#" for pounds and "$" for the other currencies; apostrophes are ASCII.
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
    case 0x92:
    case 0x2019:
      return "'";
    case 0x91:
    case 0x2018:
      return "`";
    default:
      return {};
  }
}

/// Character references that stand for one ASCII character.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kReferences = {
    {{"&amp;", "&"}, {"&apos;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}}};

}  // namespace

std::string spell(const Text& text, size_t begin, size_t end, Spelling how) {
  for (const auto& [name, meaning] : kReferences) {
    if (end - begin == name.size() && starts_with(text, begin, name)) return std::string(meaning);
  }
  std::string out;
  out.reserve(end - begin);
  for (size_t i = begin; i < end; ++i) {
    const char32_t c = text[i];
    const std::string_view form =
        how == Spelling::kConventional ? conventional(c) : std::string_view();
    if (!form.empty()) {
      out += form;
    } else if (is_space(c)) {
      append_utf8(0xA0, &out);
    } else if (c != 0xFFFD) {
      append_utf8(unicode::to_lower(c), &out);
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
