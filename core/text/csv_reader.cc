#include "core/text/csv_reader.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/text/ascii.h"

namespace storyteller {

namespace {

constexpr size_t kLongestField = size_t{1} << 20U;

std::string_view without_leading_blanks(std::string_view text) {
  const size_t first = text.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

}  // namespace

CsvReader::CsvReader(const std::filesystem::path& file) : lines_(file) { find_first_line(); }

CsvReader::CsvReader(std::string_view text, std::string name) : lines_(text, std::move(name)) {
  find_first_line();
}

void CsvReader::find_first_line() {
  constexpr std::string_view kDeclaration = "sep=";
  for (std::string_view line; lines_.next(&line);) {
    if (trimmed(line).empty()) continue;
    if (declared_ == 0 && line.starts_with(kDeclaration) &&
        line.size() == kDeclaration.size() + 1) {
      declared_ = line.back();
      continue;
    }
    first_ = line;
    first_number_ = lines_.number();
    first_unread_ = true;
    return;
  }
}

void CsvReader::fail(const std::string& problem) const {
  throw InputError(name() + ":" + std::to_string(line_) + ": " + problem);
}

bool CsvReader::next_line(std::string_view* line) {
  if (first_unread_) {
    first_unread_ = false;
    line_ = first_number_;
    *line = first_;
    return true;
  }
  do {
    if (!lines_.next(line)) return false;
  } while (trimmed(*line).empty());
  line_ = lines_.number();
  return true;
}

std::string CsvReader::plain(std::string_view* rest, bool last) {
  const size_t separator = rest->find(separator_);
  if (last && separator != std::string_view::npos) {
    joined_ = true;
    return std::string(std::exchange(*rest, {}));
  }
  const std::string_view field = rest->substr(0, separator);
  rest->remove_prefix(field.size());
  return std::string(field);
}

std::string CsvReader::quoted(std::string_view* rest, bool last) {
  constexpr const char* kNotClosed =
      "the quotes that open in this line are not closed (quotes inside of a field are doubled: "
      "\"\")";
  const std::string_view begin = *rest;
  std::string field;
  bool spans_lines = false;
  *rest = without_leading_blanks(*rest);
  rest->remove_prefix(1);
  for (;;) {
    const size_t quote = rest->find('"');
    field += rest->substr(0, quote);
    if (field.size() > kLongestField) fail(kNotClosed);
    if (quote == std::string_view::npos) {
      if (separator_ == '\t') {
        *rest = begin;
        return plain(rest, last);
      }
      field += '\n';
      spans_lines = true;
      if (!lines_.next(rest)) fail(kNotClosed);
      continue;
    }
    rest->remove_prefix(quote + 1);
    if (!rest->starts_with('"')) break;
    field += '"';
    rest->remove_prefix(1);
  }
  const std::string_view behind = without_leading_blanks(*rest);
  const bool ends = behind.empty() || behind.front() == separator_;
  const bool only_separators =
      behind.find_first_not_of(std::string(" ") + separator_) == std::string_view::npos;
  if (last ? only_separators : ends) {
    *rest = last ? std::string_view() : behind;
    return field;
  }
  // Text behind closing quotes: the quotes belong to it, unless they opened lines ago.
  if (spans_lines) fail(kNotClosed);
  *rest = begin;
  return plain(rest, last);
}

bool CsvReader::next(std::vector<std::string>* fields, size_t most) {
  std::string_view rest;
  if (!next_line(&rest)) return false;
  fields->clear();
  joined_ = false;
  for (;;) {
    const bool last = fields->size() + 1 == most;
    fields->push_back(without_leading_blanks(rest).starts_with('"') ? quoted(&rest, last)
                                                                    : plain(&rest, last));
    if (rest.empty()) return true;
    rest.remove_prefix(1);
    if (rest.empty()) {
      fields->emplace_back();
      return true;
    }
  }
}

}  // namespace storyteller
