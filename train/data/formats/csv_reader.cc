#include "train/data/formats/csv_reader.h"

#include <algorithm>

namespace storyteller {

namespace {
constexpr size_t kLongestField = size_t{1} << 20U;
}  // namespace

std::string CsvReader::quoted(std::string_view* rest) {
  std::string field;
  rest->remove_prefix(1);
  for (;;) {
    const size_t quote = rest->find('"');
    field += rest->substr(0, quote);
    if (field.size() > kLongestField) fail("a field of more than 1 MiB; are quotes missing?");
    if (quote == std::string_view::npos) {
      field += '\n';
      if (!lines_.next(rest)) fail("quotes are not closed");
      continue;
    }
    rest->remove_prefix(quote + 1);
    if (!rest->starts_with('"')) break;
    field += '"';
    rest->remove_prefix(1);
  }
  if (!rest->empty() && rest->front() != separator_) fail("text behind closing quotes");
  return field;
}

bool CsvReader::next(std::vector<std::string>* fields) {
  std::string_view rest;
  do {
    if (!lines_.next(&rest)) return false;
  } while (trimmed(rest).empty());
  if (separator_ == 0) separator_ = rest.find('\t') != std::string_view::npos ? '\t' : ',';
  fields->clear();
  for (;;) {
    if (separator_ == ',' && rest.starts_with('"')) {
      fields->push_back(quoted(&rest));
    } else {
      const size_t end = rest.find(separator_);
      fields->emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(rest.size(), end));
    }
    if (rest.empty()) return true;
    rest.remove_prefix(1);
    if (rest.empty()) {
      fields->emplace_back();
      return true;
    }
  }
}

}  // namespace storyteller
