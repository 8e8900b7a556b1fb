#include <nlohmann/json.hpp>

#include "core/text/ascii.h"
#include "train/text/picture_table.h"

namespace storyteller {
namespace {

void skip_blanks(std::string_view* text) {
  while (!text->empty() && (text->front() == ' ' || text->front() == '\n')) text->remove_prefix(1);
}

/// A Python string literal that `text` begins with; moves behind it.
std::optional<std::string> take_literal(std::string_view* text) {
  if (text->empty() || (text->front() != '\'' && text->front() != '"')) return std::nullopt;
  const char quote = text->front();
  std::string out;
  for (size_t i = 1; i < text->size(); ++i) {
    const char c = (*text)[i];
    if (c == quote) {
      text->remove_prefix(i + 1);
      return out;
    }
    if (c != '\\' || i + 1 == text->size()) {
      out += c;
      continue;
    }
    const char escaped = (*text)[++i];
    out += escaped == 'n' || escaped == 't' || escaped == 'r' ? ' ' : escaped;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<std::string>> list_cell(std::string_view cell) {
  std::string_view text = trimmed(cell);
  if (!text.starts_with('[') || !text.ends_with(']')) return std::nullopt;
  std::vector<std::string> texts;
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_array()) {
    for (const auto& element : json) {
      if (element.is_null()) continue;
      if (!element.is_string()) return std::nullopt;
      texts.push_back(element.get<std::string>());
    }
    return texts;
  }
  text = text.substr(1, text.size() - 2);
  for (skip_blanks(&text); !text.empty(); skip_blanks(&text)) {
    auto literal = take_literal(&text);
    if (!literal) return std::nullopt;
    texts.push_back(*std::move(literal));
    // NumPy writes arrays without commas: ['a' 'b'].
    const bool blank = text.starts_with(' ') || text.starts_with('\n');
    skip_blanks(&text);
    if (text.starts_with(',')) {
      text.remove_prefix(1);
    } else if (!text.empty() && !blank) {
      return std::nullopt;
    }
  }
  return texts;
}

}  // namespace storyteller
