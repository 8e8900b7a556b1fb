#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/text/json_text.h"

namespace storyteller {
namespace {

struct Mended {
  size_t not_finite = 0, commas = 0, surrogates = 0;
};

/// The code unit of "\uD83D" at `at`; -1: none stands there.
int unit_at(std::string_view text, size_t at) {
  constexpr size_t kLength = 6;
  if (at + kLength > text.size() || text[at] != '\\' || text[at + 1] != 'u') return -1;
  int unit = 0;
  for (const char c : text.substr(at + 2, 4)) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return -1;
    const int low = std::tolower(static_cast<unsigned char>(c));
    unit = unit * 16 + (low >= 'a' ? low - 'a' + 10 : low - '0');
  }
  return unit;
}

bool is_high(int unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(int unit) { return unit >= 0xDC00 && unit < 0xE000; }

/// Mends the string that begins with the quote at `at`; returns what is behind it.
size_t mend_string(std::string& text, size_t at, Mended& mended) {
  constexpr std::string_view kReplacement = "\\uFFFD";
  for (++at;;) {
    at = text.find_first_of("\"\\", at);
    if (at == std::string::npos) return text.size();
    if (text[at] == '"') return at + 1;
    const int unit = unit_at(text, at);
    if (is_high(unit) && is_low(unit_at(text, at + kReplacement.size()))) {
      at += 2 * kReplacement.size();
    } else if (is_high(unit) || is_low(unit)) {
      text.replace(at, kReplacement.size(), kReplacement);
      at += kReplacement.size();
      ++mended.surrogates;
    } else {
      at += 2;
    }
  }
}

/// Mends "NaN" and its like at `at`; returns what is behind it, or `at` where none stands there.
size_t mend_number(std::string& text, size_t at, Mended& mended) {
  constexpr std::array<std::string_view, 5> kNames = {"NaN", "-NaN", "nan", "Infinity",
                                                      "-Infinity"};
  for (const std::string_view name : kNames) {
    if (text.compare(at, name.size(), name) != 0) continue;
    std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(at), name.size(), ' ');
    text[at] = text[at + 1] = '"';
    ++mended.not_finite;
    return at + name.size();
  }
  return at;
}

std::string counted(size_t count, const std::string& what) {
  return count == 0 ? "" : std::to_string(count) + " " + what;
}

}  // namespace

std::string mend_json(std::string* text) {
  Mended mended;
  size_t comma = std::string::npos;  // the last token, where it was one
  for (size_t at = 0; at < text->size();) {
    at = text->find_first_not_of(" \t\r\n", at);
    if (at == std::string::npos) break;
    const char c = (*text)[at];
    if (c == '"') {
      at = mend_string(*text, at, mended);
    } else if ((c == ']' || c == '}') && comma != std::string::npos) {
      (*text)[comma] = ' ';
      ++mended.commas;
      ++at;
    } else if (c == 'N' || c == 'n' || c == 'I' || c == '-') {
      const size_t behind = mend_number(*text, at, mended);
      at = behind == at ? at + 1 : behind;
    } else if (c == ',') {
      comma = at++;
      continue;
    } else {
      ++at;
    }
    comma = std::string::npos;
  }
  std::string note;
  for (const std::string& part :
       {counted(mended.not_finite, "NaN or Infinity taken for nothing"),
        counted(mended.commas, "commas before a closing bracket left out"),
        counted(mended.surrogates, "halves of surrogate pairs (broken emoji) replaced")}) {
    if (!part.empty()) note += (note.empty() ? "" : ", ") + part;
  }
  return note;
}

}  // namespace storyteller
