#include "core/text/json_text.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/text_file.h"

namespace storyteller {
namespace {

using nlohmann::json;
constexpr std::string_view kBlanks = " \t\r\n";

void skip_blanks(std::string_view* rest) {
  const size_t first = rest->find_first_not_of(kBlanks);
  rest->remove_prefix(first == std::string_view::npos ? rest->size() : first);
}

/// Length of the string literal that `text` begins with, quotes included; npos: it does not end.
size_t string_length(std::string_view text) {
  for (size_t at = 1;;) {
    at = text.find_first_of("\"\\", at);
    if (at == std::string_view::npos) return at;
    if (text[at] == '"') return at + 1;
    at += 2;
  }
}

/// Beyond the last byte of a number or literal.
size_t word_length(std::string_view text) {
  return std::min(text.find_first_of(",:[]{}\" \t\r\n"), text.size());
}

}  // namespace

JsonText JsonText::of_file(const std::filesystem::path& file) {
  constexpr size_t kLongestName = 400;
  return {read_text_file(file), printable(file.string(), kLongestName)};
}

JsonText::JsonText(std::string text, std::string name)
    : text_(std::move(text)), name_(std::move(name)) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text_.starts_with(kMark)) text_.replace(0, kMark.size(), kMark.size(), ' ');
  mended_ = mend_json(&text_);
  const size_t last = text_.find_last_not_of(kBlanks);
  one_line_ = text_.find('\n') >= (last == std::string::npos ? 0 : last);
}

void JsonText::fail(std::string_view at, const std::string& problem) const {
  place(at).fail("not valid JSON: " + problem);
}

RecordPlace JsonText::place(std::string_view value, const std::string& element) const {
  const auto at = static_cast<size_t>(value.data() - text_.data());
  if (at < counted_) counted_ = 0, line_ = 1;
  line_ += static_cast<size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                          text_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  counted_ = at;
  return {.file = name_, .line = one_line_ ? 0 : line_, .element = element};
}

void JsonText::expect(char c, std::string_view* rest) const {
  skip_blanks(rest);
  if (!rest->starts_with(c)) {
    fail(*rest, rest->empty() ? "it ends too early; is the file complete?"
                              : std::string("expected '") + c + "' before '" +
                                    printable(std::string(rest->substr(0, 20))) + "'");
  }
  rest->remove_prefix(1);
}

std::string_view JsonText::take_value(std::string_view* rest) const {
  constexpr size_t kDeepest = 500;
  skip_blanks(rest);
  const std::string_view begin = *rest;
  size_t depth = 0, at = 0;
  do {
    at = std::min(begin.find_first_not_of(kBlanks, at), begin.size());
    if (at == begin.size()) fail(begin.substr(at), "it ends too early; is the file complete?");
    switch (begin[at]) {
      case '{':
      case '[':
        if (++depth > kDeepest) fail(begin.substr(at), "nested deeper than 500 levels");
        ++at;
        break;
      case '}':
      case ']':
        if (depth == 0) fail(begin.substr(at), std::string("unexpected '") + begin[at] + "'");
        --depth;
        ++at;
        break;
      case ',':
      case ':':
        if (depth == 0) fail(begin.substr(at), std::string("unexpected '") + begin[at] + "'");
        ++at;
        break;
      case '"': {
        const size_t length = string_length(begin.substr(at));
        if (length == std::string_view::npos) fail(begin.substr(at), "a string does not end");
        at += length;
        break;
      }
      default:
        at += word_length(begin.substr(at));
    }
  } while (depth > 0);
  rest->remove_prefix(at);
  return begin.substr(0, at);
}

void JsonText::for_each_value(const std::function<void(std::string_view)>& each) const {
  std::string_view rest = text_;
  for (skip_blanks(&rest); !rest.empty(); skip_blanks(&rest)) {
    each(take_value(&rest));
    skip_blanks(&rest);
    if (rest.starts_with(',')) rest.remove_prefix(1);
  }
}

void JsonText::for_each_element(std::string_view array,
                                const std::function<void(size_t, std::string_view)>& each) const {
  std::string_view rest = array;
  expect('[', &rest);
  skip_blanks(&rest);
  for (size_t index = 0; !rest.starts_with(']'); ++index) {
    if (index > 0) expect(',', &rest);
    each(index, take_value(&rest));
    skip_blanks(&rest);
  }
}

void JsonText::for_each_member(
    std::string_view object,
    const std::function<bool(const std::string&, std::string_view)>& each) const {
  std::string_view rest = object;
  expect('{', &rest);
  skip_blanks(&rest);
  for (bool first = true; !rest.starts_with('}'); first = false) {
    if (!first) expect(',', &rest);
    const std::string_view key = take_value(&rest);
    if (!key.starts_with('"')) fail(key, "a name must stand in quotes");
    const bool plain = key.find('\\') == std::string_view::npos;
    const std::string name(plain ? std::string(key.substr(1, key.size() - 2))
                                 : parse(key).get<std::string>());
    expect(':', &rest);
    if (!each(name, take_value(&rest))) return;
    skip_blanks(&rest);
  }
}

std::string_view JsonText::member(std::string_view object, std::string_view key) const {
  std::string_view found;
  for_each_member(object, [&](const std::string& name, std::string_view value) {
    if (name == key) found = value;
    return name != key;
  });
  return found;
}

std::string_view JsonText::first_element(std::string_view array) const {
  std::string_view rest = array;
  expect('[', &rest);
  skip_blanks(&rest);
  return rest.starts_with(']') ? std::string_view() : take_value(&rest);
}

json JsonText::parse(std::string_view value, const std::string& element) const {
  try {
    return json::parse(value);
  } catch (const json::exception& error) {
    place(value, element).fail("not valid JSON: " + json_problem(error, value));
  }
}

}  // namespace storyteller
